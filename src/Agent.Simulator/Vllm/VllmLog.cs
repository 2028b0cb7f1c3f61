using System.Globalization;
using System.Text;

namespace Agent.Simulator.Vllm;

/// <summary>Log lines as vLLM writes them: process prefix, level, local time without a year, source file.</summary>
internal sealed class VllmLog(string process)
{
    private static readonly Stream Output = Console.OpenStandardOutput();

    /// <summary>The program's own lines are left out.</summary>
    public static bool IsSilent { get; set; }

    public void Info(string file, string text) => Line("INFO", file, text);

    public void Error(string file, string text) => Line("ERROR", file, text);

    public void Warning(string file, string text) => Line("WARNING", file, text);

    /// <summary>uvicorn's own form.</summary>
    public void Uvicorn(string text) => Raw($"({process} pid={Environment.ProcessId}) INFO:     {text}");

    public static void Raw(string text) => Write(text + "\n");

    /// <summary>A line of a report. It is printed without changes.</summary>
    public static void Recorded(string line) => Print(line + "\n");

    /// <summary>A progress bar: every state begins with a carriage return.</summary>
    public static void Progress(string text) => Write("\r" + text);

    private void Line(string level, string file, string text) =>
        Raw(string.Create(CultureInfo.InvariantCulture, $"({process} pid={Environment.ProcessId}) {level} {DateTime.Now:MM-dd HH:mm:ss} [{file}] {text}"));

    private static void Write(string text)
    {
        if (!IsSilent)
            Print(text);
    }

    private static void Print(string text)
    {
        try
        {
            // Each line is one write, because several processes append to the same file.
            Output.Write(Encoding.UTF8.GetBytes(text));
        }
        catch (IOException)
        {
            // The reader of the pipe is gone. In Python, logging complains and the program goes on. So orphans outlive the reader of their log.
        }
    }
}
