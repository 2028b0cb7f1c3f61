using System.Buffers;
using System.ComponentModel;
using System.Text;
using CliWrap;

namespace Agent.Adapters.Processes;

/// <summary>Starts programs. This is an interface because tests give recorded output in place of npu-smi and systemctl.</summary>
internal interface IProcessRunner
{
    /// <param name="command">The program and its arguments.</param>
    /// <param name="limits">Deadline and output cap.</param>
    /// <param name="input">Standard input; empty when null.</param>
    /// <param name="workingFolder">The working folder; null: a folder of root.</param>
    /// <param name="cancellation">Kills the child.</param>
    Task<ProcessResult> RunAsync(CommandLine command, ProcessLimits limits, string? input = null, string? workingFolder = null,
        CancellationToken cancellation = default);
}

/// <summary>
/// The one wrapper on CliWrap: argument list, deadline, output cap, and the whole tree killed at the deadline. A child in uninterruptible sleep is
/// abandoned. Its program is not started again while the child is there, not even with other arguments: the child sits in the driver, and every other
/// question would end in the same way. Monitoring must not pile up on a sick driver.
/// </summary>
internal sealed class ProcessRunner(TimeProvider clock) : IProcessRunner
{
    private readonly KilledChildren _killed = new(new ProcessTable(), clock);

    /// <summary>The number of children that could not be killed and are still there, one a program.</summary>
    public int Stuck => _killed.Stuck;

    public async Task<ProcessResult> RunAsync(CommandLine command, ProcessLimits limits, string? input = null, string? workingFolder = null,
        CancellationToken cancellation = default)
    {
        var begun = clock.GetTimestamp();
        ProcessResult Result(ProcessEnd end, int exitCode, CappedText output, CappedText error, string? note = null) =>
            new(command, end, exitCode, output.Text(), note ?? error.Text(), output.IsCapped || error.IsCapped, clock.GetElapsedTime(begun));

        var (output, error) = (new CappedText(limits.OutputBytes), new CappedText(limits.OutputBytes));
        if (!await _killed.AreGoneAsync(command.Program, limits.KillGrace, cancellation))
            return Result(ProcessEnd.Abandoned, -1, output, error, "an earlier call of it still cannot be killed; not started again");

        using var kill = new CancellationTokenSource();
        try
        {
            var child = Cli.Wrap(ProgramPath.Find(command.Program, ProgramPath.Own))
                .WithArguments(command.Arguments)
                .WithWorkingDirectory(workingFolder ?? WorkingFolder.Roots)
                .WithEnvironmentVariables(new Dictionary<string, string?>(ChildEnvironment.Changes()) { ["LC_ALL"] = "C" })
                .WithStandardInputPipe(input is null ? PipeSource.Null : PipeSource.FromString(input))
                .WithStandardOutputPipe(PipeTarget.Create(output.ReadAsync))
                .WithStandardErrorPipe(PipeTarget.Create(error.ReadAsync))
                .WithValidation(CommandResultValidation.None)
                .ExecuteAsync(kill.Token);
            try
            {
                return Result(ProcessEnd.Exited, (await child.Task.WaitAsync(limits.Deadline, clock, cancellation)).ExitCode, output, error);
            }
            catch (Exception late) when (late is TimeoutException or OperationCanceledException)
            {
                // The child still runs.
            }

            // The tree is noted before the kill, because it cannot be found afterwards. It is also noted when the caller gave up.
            _killed.Note(command.Program, child.ProcessId);
            await kill.CancelAsync();
            cancellation.ThrowIfCancellationRequested();
            var gone = await _killed.AreGoneAsync(command.Program, limits.KillGrace, cancellation);
            return Result(gone ? ProcessEnd.TimedOut : ProcessEnd.Abandoned, -1, output, error);
        }
        catch (Win32Exception refused)
        {
            // 2: there is no such file. 13: the file is there, and must not be run.
            return Result(refused.NativeErrorCode == 2 ? ProcessEnd.NotFound : ProcessEnd.CouldNotStart, -1, output, error, refused.Message);
        }
        catch (IOException broken)
        {
            return Result(ProcessEnd.CouldNotStart, -1, output, error, broken.Message);
        }
    }

    /// <summary>Keeps the first bytes of a stream. Reads the rest and drops it, because the child would block on a full pipe.</summary>
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
            // The buffer is not given back after a failure: a cancelled read may still write into it.
            var buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
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

            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
