using System.CommandLine;
using Agent.Adapters.Systemd;
using Agent.Configuration;
using Agent.Probes;
using Agent.Storage;
using Agent.Supervision;
using Agent.Web;
using Serilog;
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
        using var only = StateLock.Acquire(settings.StateFolder);
        var database = Database.Open(settings.StateFolder, clock.GetUtcNow());
        PrepareSocket(settings.ControlSocket);

        var builder = WebApplication.CreateSlimBuilder();
        ConfigureLogs(builder, settings.Log);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.ListenUnixSocket(settings.ControlSocket);
            if (settings.Listen is { } listen)
                kestrel.Listen(System.Net.IPEndPoint.Parse(listen));
            kestrel.Limits.MaxRequestBodySize = 64 * 1024;
        });

        using var systemd = NotifySocket.Of(Environment.GetEnvironmentVariable);
        var parts = Composition.Parts(settings, keeps: true, clock);
        SupervisionLoop? loop = null;
        builder.Services.AddProbes(parts, look => loop!.PostAsync(new Looked(look), cancellation), clock);
        if (OperatingSystem.IsWindows())
            builder.Services.AddWindowsService(service => service.ServiceName = "npu-agent");
        await using var app = builder.Build();
        var probes = app.Services.GetRequiredService<ProbeSchedule>();
        var daemon = Composition.Daemon(settings, parts, database, systemd, probes.LookNow, clock, app.Services.GetRequiredService<ILoggerFactory>());
        loop = daemon.Loop;
        Endpoints.Map(app, daemon);
        return await ServeAsync(app, daemon, probes, settings, cancellation);
    }

    private static async Task<int> ServeAsync(WebApplication app, Daemon daemon, ProbeSchedule probes, AgentSettings settings, CancellationToken cancellation)
    {
        try
        {
            await app.StartAsync(cancellation);
        }
        catch (IOException taken)
        {
            throw new StorageException($"listen {settings.Listen} or control_socket {settings.ControlSocket}: {taken.Message}", taken);
        }

        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(settings.ControlSocket, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite);
        var stopping = app.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stopping, cancellation);
        await daemon.RunAsync(probes, stop.Token);
        await app.StopAsync(CancellationToken.None);
        return ExitCodes.Ok;
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

    private static void ConfigureLogs(WebApplicationBuilder builder, LogSettings settings)
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
        var logger = new LoggerConfiguration()
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
        builder.Logging.ClearProviders();
        builder.Services.AddSerilog(logger, dispose: true);
    }
}
