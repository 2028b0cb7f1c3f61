using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using Agent.Adapters;
using Agent.Adapters.Files;
using Agent.Adapters.Network;
using Agent.Adapters.Systemd;
using Agent.Commands.Syntax;
using Agent.Configuration;
using Agent.Domain;
using Agent.Engines.Kinds;
using Agent.ForeignText;
using Agent.Probes;
using Agent.Storage;
using Agent.Supervision;
using Agent.Web;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Hosting.Systemd;
using Serilog;
using Serilog.Core;
using Serilog.Events;

namespace Agent.Commands.Run;

/// <summary>The daemon.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var command = CommandLineParts.Command("run", "Run the agent in the foreground, as the systemd unit does.", "run --config /etc/npu-agent/agent.yaml");
        command.SetAction(CommandLineParts.WithSettings(CommandLineParts.AfterFiles((settings, _, cancellation) => RunAsync(settings, cancellation)), Written));
        return command;
    }

    private static IEnumerable<(string Key, string Folder)> Written(AgentSettings settings) =>
    [
        ("log.folder", settings.Log.Folder),
        ("the folder of control_socket", Path.GetDirectoryName(settings.ControlSocket)!),
        .. settings.Engines.Where(e => e.RunsIn.Container is not null).Take(1)
            .Select(_ => ("the folder of containers' environments", ContainerRun.FolderOf(settings))),
        .. settings.Engines.Where(e => e.RunsIn.IsOwnUnit).Select(e => OwnUnit.Of(e.Name))
            .SelectMany(u => ((string, string)[])[("the folder of engines' starts", u.Launches), ("the folder of engines' logs", u.Logs)]).Distinct(),
    ];

    private static async Task<int> RunAsync(AgentSettings settings, CancellationToken cancellation)
    {
        var clock = new SteadyClock(TimeProvider.System);
        // On ARM64, .NET starts one thread that waits for sockets for every 8 cores.
        Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT", "1");
        using var only = StateLock.Acquire(settings.StateFolder);
        var database = Database.Open(settings.StateFolder, clock.GetUtcNow(), settings.Disk.BallastBytes);
        PrepareSocket(settings.ControlSocket);

        await using var systemd = ServiceNotices.To(new SystemdNotifier(), Environment.GetEnvironmentVariable("WATCHDOG_USEC"), clock);
        var gate = Composition.Gate(settings);
        var parts = Composition.Parts(settings, gate, keeps: true, clock);
        Daemon? daemon = null;
        // The builder is empty. The other builders look for an appsettings.json in the
        // working folder and watch everything below it. Under systemd this is the whole host.
        using var host = new HostBuilder()
            .ConfigureLogging(logging => logging.ClearProviders())
            .ConfigureServices(services =>
            {
                services.Configure<SocketTransportOptions>(sockets => sockets.CreateBoundListenSocket = Listeners.Bind);
                services.AddSerilog(Logger(settings.Log, gate), dispose: true);
                services.AddProbes(parts.Probes, look => daemon!.Loop.PostAsync(new Looked(look), cancellation), clock,
                    (engine, sign) => daemon!.Loop.PostAsync(new SeenMeanwhile(engine, sign), cancellation));
                if (OperatingSystem.IsWindows())
                    services.AddWindowsService(service => service.ServiceName = "npu-agent");
            })
            .ConfigureWebHost(
                web => web
                    .UseKestrelCore()
                    .ConfigureKestrel(kestrel => Listeners.Configure(kestrel, settings))
                    .Configure(app => app.Run(Edge(app.ApplicationServices).AnswerAsync)),
                options => options.SuppressEnvironmentConfiguration = true)
            .Build();
        var probes = host.Services.GetRequiredService<ProbeSchedule>();
        daemon = Composition.Daemon(new DaemonParts
        {
            Settings = settings,
            Host = parts,
            Database = database,
            Systemd = systemd,
            Probes = probes.Watch,
            LookNow = probes.LookNow,
            Clock = clock,
            Logs = host.Services.GetRequiredService<ILoggerFactory>(),
        });
        return await ServeAsync(host, daemon, probes, settings, cancellation);

        Edge Edge(IServiceProvider services)
        {
            var log = services.GetRequiredService<ILogger<Edge>>();
            return new Edge(Listeners.Gate(settings, OwnNames.Read(), text => Web.LogMessages.Warned(log, text)),
                context => Endpoints.AnswerAsync(context, daemon!, clock, log), log);
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever ends the daemon is told once, with its trace.")]
    private static async Task<int> ServeAsync(IHost host, Daemon daemon, ProbeSchedule probes, AgentSettings settings, CancellationToken cancellation)
    {
        try
        {
            await host.StartAsync(cancellation);
        }
        catch (Exception taken) when (taken is IOException or SocketException)
        {
            throw new StorageException($"listen {settings.Listen} or control_socket {settings.ControlSocket}: {taken.Message}", taken);
        }

        if (!Socket.OSSupportsUnixDomainSockets)
            Supervision.LogMessages.Warned(host.Services.GetRequiredService<ILogger<Daemon>>(),
                $"{ControlClient.NoSockets}: status, engine, maintenance and incidents commands do not reach this agent; /status and /metrics are at "
                + $"{settings.Listen ?? "no address, as listen is off"}");
        var stopping = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        using var signals = new StopSignals();
        var began = TimeProvider.System.GetTimestamp();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stopping, cancellation);
        try
        {
            await daemon.RunAsync(probes, stop.Token);
            var ran = TimeProvider.System.GetElapsedTime(began);
            Supervision.LogMessages.Stops(host.Services.GetRequiredService<ILogger<Daemon>>(), Durations.Text(ran), signals.Why);
            await host.StopAsync(CancellationToken.None);
            return ExitCodes.Ok;
        }
        catch (Exception unforeseen) when (unforeseen is not StorageException)
        {
            // The log file keeps the trace, because the console may be gone.
            Supervision.LogMessages.Broke(host.Services.GetRequiredService<ILogger<Daemon>>(), unforeseen, unforeseen.Message);
            return ExitCodes.Failed;
        }
    }

    /// <summary>The socket file of a killed agent would make the bind fail. The state lock proves that no other agent runs.</summary>
    private static void PrepareSocket(string path)
    {
        try
        {
            SocketFile.Prepare(path);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new StorageException($"control_socket {path} cannot be prepared: {refused.Message}", refused);
        }
    }

    private static Logger Logger(LogSettings settings, TextGate gate)
    {
        var level = settings.Level switch
        {
            "debug" => LogEventLevel.Debug,
            "warning" => LogEventLevel.Warning,
            "error" => LogEventLevel.Error,
            _ => LogEventLevel.Information,
        };
        var isJournal = Environment.GetEnvironmentVariable("JOURNAL_STREAM") is not null;
        var lines = new LogLines("{Timestamp:yyyy-MM-dd HH:mm:ss.fff zzz} {Level:u3} ", gate);
        return new LoggerConfiguration()
            .MinimumLevel.Is(level)
            .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
            // ServeAsync tells in one line why the start stopped.
            .MinimumLevel.Override("Microsoft.Extensions.Hosting.Internal.Host", LogEventLevel.Fatal)
            .MinimumLevel.Override("Quartz", LogEventLevel.Warning)
            .WriteTo.Console(isJournal ? new JournalFormat(gate) : lines)
            .WriteTo.File(
                lines,
                Path.Combine(settings.Folder, "npu-agent.log"),
                fileSizeLimitBytes: settings.FileBytes,
                rollOnFileSizeLimit: true,
                retainedFileCountLimit: settings.RetainedFiles)
            .CreateLogger();
    }
}
