using System.Collections.Concurrent;
using System.ComponentModel;
using System.Text;
using CliWrap;

namespace Agent.Adapters.Processes;

/// <summary>Starts programs. An interface because tests answer for npu-smi and systemctl with recorded output.</summary>
internal interface IProcessRunner
{
    /// <param name="command">What to run.</param>
    /// <param name="limits">Deadline and output cap.</param>
    /// <param name="input">Standard input; empty when null.</param>
    /// <param name="workingFolder">Working folder; the agent's own when null.</param>
    /// <param name="cancellation">Kills the child.</param>
    Task<ProcessResult> RunAsync(CommandLine command, ProcessLimits limits, string? input = null, string? workingFolder = null, CancellationToken cancellation = default);
}

/// <summary>
/// The one wrapper on CliWrap: argument list, deadline, output cap, the whole tree killed at the deadline. A child in
/// uninterruptible sleep is abandoned, and its program is not started again while it is there: monitoring must not pile up
/// on a sick driver.
/// </summary>
internal sealed class ProcessRunner(TimeProvider clock) : IProcessRunner
{
    // What systemd gives to a service is not for its children: a child that notified would speak for the agent.
    private static readonly string[] NotInherited =
        ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", "LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES", "INVOCATION_ID", "JOURNAL_STREAM", "SYSTEMD_EXEC_PID", "CREDENTIALS_DIRECTORY"];

    private readonly ConcurrentDictionary<string, Task> _abandoned = new(StringComparer.Ordinal);

    /// <summary>Children that could not be killed and are still there: at most one a program.</summary>
    public int Stuck => _abandoned.Values.Count(child => !child.IsCompleted);

    public async Task<ProcessResult> RunAsync(CommandLine command, ProcessLimits limits, string? input = null, string? workingFolder = null, CancellationToken cancellation = default)
    {
        var begun = clock.GetTimestamp();
        ProcessResult Result(ProcessEnd end, int exitCode, CappedText output, CappedText error, string? note = null) =>
            new(command, end, exitCode, output.Text(), note ?? error.Text(), output.IsCapped || error.IsCapped, clock.GetElapsedTime(begun));

        var (output, error) = (new CappedText(limits.OutputBytes), new CappedText(limits.OutputBytes));
        if (_abandoned.TryGetValue(command.Program, out var earlier) && !earlier.IsCompleted)
            return Result(ProcessEnd.Abandoned, -1, output, error, "an earlier call of it still cannot be killed; not started again");

        using var kill = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        kill.CancelAfter(limits.Deadline);
        try
        {
            var child = Cli.Wrap(command.Program)
                .WithArguments(command.Arguments)
                .WithWorkingDirectory(workingFolder ?? Environment.CurrentDirectory)
                .WithEnvironmentVariables(NotInherited.ToDictionary(n => n, _ => (string?)null).Append(new("LC_ALL", "C")).ToDictionary())
                .WithStandardInputPipe(input is null ? PipeSource.Null : PipeSource.FromString(input))
                .WithStandardOutputPipe(PipeTarget.Create(output.ReadAsync))
                .WithStandardErrorPipe(PipeTarget.Create(error.ReadAsync))
                .WithValidation(CommandResultValidation.None)
                .ExecuteAsync(kill.Token);
            var ended = await Task.WhenAny(child.Task, Task.Delay(limits.Deadline + limits.KillGrace, clock, cancellation));
            if (ended != child.Task)
            {
                cancellation.ThrowIfCancellationRequested();
                _abandoned[command.Program] = child.Task;
                return Result(ProcessEnd.Abandoned, -1, output, error);
            }

            return Result(ProcessEnd.Exited, (await child).ExitCode, output, error);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return Result(ProcessEnd.TimedOut, -1, output, error);
        }
        catch (Win32Exception refused)
        {
            // 2: no such file; 13: found but not executable.
            return Result(refused.NativeErrorCode == 2 ? ProcessEnd.NotFound : ProcessEnd.CouldNotStart, -1, output, error, refused.Message);
        }
        catch (IOException broken)
        {
            return Result(ProcessEnd.CouldNotStart, -1, output, error, broken.Message);
        }
    }

    /// <summary>Keeps the first bytes of a stream and reads the rest away, so that the child never blocks on a full pipe.</summary>
    private sealed class CappedText(int limit)
    {
        private readonly MemoryStream _kept = new();

        public bool IsCapped { get; private set; }

        public string Text()
        {
            lock (_kept)
                return Encoding.UTF8.GetString(_kept.GetBuffer(), 0, (int)_kept.Length);
        }

        public async Task ReadAsync(Stream source, CancellationToken cancellation)
        {
            var buffer = new byte[16 * 1024];
            int read;
            while ((read = await source.ReadAsync(buffer, cancellation)) > 0)
            {
                lock (_kept)
                {
                    var room = (int)Math.Min(read, limit - _kept.Length);
                    _kept.Write(buffer, 0, room);
                    IsCapped |= room < read;
                }
            }
        }
    }
}
