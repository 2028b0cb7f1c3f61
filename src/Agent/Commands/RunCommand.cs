using System.CommandLine;
using System.Net.Sockets;
using Agent.Adapters.Systemd;
using Agent.Configuration;
using Agent.Probes;
using Agent.Storage;
using Agent.Supervision;
using Agent.Web;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting.Display;

namespace Agent.Commands;

/// <summary>The daemon.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var command = CommandLineParts.Command("run", "Run the agent in the foreground, as the systemd unit does.", "run --config /etc/npu-agent/agent.yaml");
        command.SetAction(CommandLineParts.WithSettings((settings, _, cancellation) => RunAsync(settings, cancellation)));
        return command;
    }

    private static async Task<int> RunAsync(AgentSettings settings, CancellationToken cancellation)
    {
        var clock = TimeProvider.System;
        // .NET starts a thread that waits for sockets for every 8 cores of ARM64.
        Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT", "1");
        using var only = StateLock.Acquire(settings.StateFolder);
        var database = Database.Open(settings.StateFolder, clock.GetUtcNow());
        PrepareSocket(settings.ControlSocket);

        using var systemd = NotifySocket.Of(Environment.GetEnvironmentVariable);
        var parts = Composition.Parts(settings, keeps: true, clock);
        Daemon? daemon = null;
        // An empty builder: the others look for an appsettings.json in the working folder and watch all that is below, which
        // under systemd is the whole host.
        using var host = new HostBuilder()
            .ConfigureLogging(logging => logging.ClearProviders())
            .ConfigureServices(services =>
            {
                services.AddSerilog(Logger(settings.Log), dispose: true);
                services.AddProbes(parts.Probes, look => daemon!.Loop.PostAsync(new Looked(look), cancellation), clock);
                if (OperatingSystem.IsWindows())
                    services.AddWindowsService(service => service.ServiceName = "npu-agent");
            })
            .ConfigureWebHost(
                web => web
                    .UseKestrelCore()
                    .ConfigureKestrel(kestrel => Listen(kestrel, settings))
                    .Configure(app => app.Run(context => Endpoints.AnswerAsync(context, daemon!))),
                options => options.SuppressEnvironmentConfiguration = true)
            .Build();
        var probes = host.Services.GetRequiredService<ProbeSchedule>();
        daemon = Composition.Daemon(settings, parts, database, systemd, probes.LookNow, clock, host.Services.GetRequiredService<ILoggerFactory>());
        return await ServeAsync(host, daemon, probes, settings, cancellation);
    }

    private static async Task<int> ServeAsync(IHost host, Daemon daemon, ProbeSchedule probes, AgentSettings settings, CancellationToken cancellation)
    {
        try
        {
            await host.StartAsync(cancellation);
        }
        catch (IOException taken)
        {
            throw new StorageException($"listen {settings.Listen} or control_socket {settings.ControlSocket}: {taken.Message}", taken);
        }

        if (!Socket.OSSupportsUnixDomainSockets)
            LogMessages.Warned(host.Services.GetRequiredService<ILogger<Daemon>>(), $"{ControlClient.NoSockets}: status, engine, maintenance and incidents commands do not reach this agent; /status and /metrics are at {settings.Listen ?? "no address, as listen is off"}");
        else if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(settings.ControlSocket, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite);
        var stopping = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stopping, cancellation);
        await daemon.RunAsync(probes, stop.Token);
        await host.StopAsync(CancellationToken.None);
        return ExitCodes.Ok;
    }

    private static void Listen(KestrelServerOptions kestrel, AgentSettings settings)
    {
        if (Socket.OSSupportsUnixDomainSockets)
            kestrel.ListenUnixSocket(settings.ControlSocket);
        if (settings.Listen is { } listen)
            kestrel.Listen(System.Net.IPEndPoint.Parse(listen));
        kestrel.Limits.MaxRequestBodySize = 64 * 1024;
    }

    /// <summary>A socket file of an agent that was killed would make the bind fail; the state lock says that none runs.</summary>
    private static void PrepareSocket(string path)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.Delete(path);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new StorageException($"control_socket {path} cannot be prepared: {refused.Message}", refused);
        }
    }

    private static Logger Logger(LogSettings settings)
    {
        var level = settings.Level switch
        {
            "debug" => LogEventLevel.Debug,
            "warning" => LogEventLevel.Warning,
            "error" => LogEventLevel.Error,
            _ => LogEventLevel.Information,
        };
        var isJournal = Environment.GetEnvironmentVariable("JOURNAL_STREAM") is not null;
        const string Template = "{Timestamp:yyyy-MM-dd HH:mm:ss.fff zzz} {Level:u3} {Message:lj}{NewLine}{Exception}";
        return new LoggerConfiguration()
            .MinimumLevel.Is(level)
            .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
            // What stops the start is told in one line by ServeAsync.
            .MinimumLevel.Override("Microsoft.Extensions.Hosting.Internal.Host", LogEventLevel.Fatal)
            .MinimumLevel.Override("Quartz", LogEventLevel.Warning)
            .WriteTo.Console(isJournal ? new JournalFormat() : new MessageTemplateTextFormatter(Template, System.Globalization.CultureInfo.InvariantCulture))
            .WriteTo.File(
                Path.Combine(settings.Folder, "npu-agent.log"),
                outputTemplate: Template,
                formatProvider: System.Globalization.CultureInfo.InvariantCulture,
                fileSizeLimitBytes: settings.FileBytes,
                rollOnFileSizeLimit: true,
                retainedFileCountLimit: settings.RetainedFiles)
            .CreateLogger();
    }
}
