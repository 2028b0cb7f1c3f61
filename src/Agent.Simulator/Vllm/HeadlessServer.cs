using System.Runtime.InteropServices;

namespace Agent.Simulator.Vllm;

/// <summary><c>vllm serve --headless</c>: a node of a data-parallel group. It starts its share of the engines and listens nowhere.</summary>
internal sealed class HeadlessServer(World world, VllmOptions options, string[] arguments)
{
    private static readonly VllmLog Log = new("APIServer");

    private readonly ReportPlayer? _report = ReportPlayer.Of(world, DateTimeOffset.UtcNow);
    private readonly TaskCompletionSource _stop = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public async Task<int> RunAsync()
    {
        using var onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            _stop.TrySetResult();
        });
        Log.Info("serve.py:100", "Launching 1 data parallel engine(s) in headless mode");
        world.RegisterEngine(options.Port, options.Chips(world));
        var told = _report?.BeginAsync() ?? Task.CompletedTask;
        using var meeting = EngineLink.Listen();
        using var core = Children.Start(world, EngineCore.Program, [$"{Environment.ProcessId}", .. arguments]);
        using var link = new EngineLink(await meeting.AcceptAsync());
        await told;
        _ = _report?.GoOnAsync(() => EngineShutdown.KillTree(core));
        await Task.WhenAny(core.WaitForExitAsync(), _stop.Task);
        EngineShutdown.KillTree(core);
        return _stop.Task.IsCompleted ? 0 : _report?.ExitCode ?? 1;
    }
}
