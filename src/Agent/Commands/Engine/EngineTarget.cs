using System.Net;
using Agent.Adapters.Processes;
using Agent.Adapters.VllmHttp;
using Agent.Commands.Syntax;
using Agent.Configuration;
using Agent.Configuration.Engines;
using Agent.Configuration.Host;

namespace Agent.Commands.Engine;

/// <summary>An engine that a command asks over HTTP by itself: one of agent.yaml, or any by its address.</summary>
internal sealed record EngineTarget(string Name, string Model, VllmClient Http) : IDisposable
{
    private static readonly TimeSpan ModelsLimit = TimeSpan.FromSeconds(10);

    /// <summary>An engine of agent.yaml. If it has an API key, its process is looked for, and no other process gets the key.</summary>
    public static async Task<EngineTarget> OfAsync(AgentSettings settings, EngineSettings engine, CancellationToken cancellation)
    {
        var found = Composition.Engine(settings, engine, Composition.Gate(settings), keeps: false,
            new ProcessRunner(TimeProvider.System), new ProcessTable(), TimeProvider.System);
        if (engine.ApiKeyFile is not null)
            await found.Handle.AdoptAsync(keeps: false, cancellation);
        return new EngineTarget(engine.Name, engine.ServedModelName, found.Http);
    }

    /// <returns>Null and the reason, when there is no such engine or it does not answer.</returns>
    public static async Task<(EngineTarget? Target, string Problem)> FindAsync(AgentSettings settings, string nameOrUrl, string? apiKeyFile,
        CancellationToken cancellation)
    {
        if (settings.Engines.FirstOrDefault(e => e.Name == nameOrUrl) is { } engine)
            return (await OfAsync(settings, engine, cancellation), "");
        if (!Uri.TryCreate(nameOrUrl, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            return (null, $"{CommandLineParts.NoEngine(settings, nameOrUrl)}\nAn engine elsewhere is given by its address, such as http://127.0.0.1:8000");
        var processes = new ProcessTable();
        var farEnd = new FarEnd(new SocketTable(), new OpenFiles(), processes);
        var http = new VllmClient(address, apiKeyFile is null ? null
            : new ApiKey(() => SecretFile.ReadApiKey(apiKeyFile), (near, far) => Objection(farEnd, processes, near, far)), TimeProvider.System);
        var models = await http.ModelsAsync(ModelsLimit, cancellation);
        if (models.Value is [var model, ..])
            return (new EngineTarget(nameOrUrl, model.Id, http), "");
        http.Dispose();
        return (null, models.Value is null ? models.Problem : $"{nameOrUrl} serves no model");
    }

    public void Dispose() => Http.Dispose();

    /// <summary>
    /// The processes of an engine that is given only by its address are not known. On this host its server has to belong to root or
    /// to the user of the command. On another host nothing can be checked. There the user who gave the key answers for the address.
    /// </summary>
    private static string? Objection(FarEnd farEnd, ProcessTable processes, IPEndPoint? near, IPEndPoint far)
    {
        var isHere = IPAddress.IsLoopback(far.Address) || near?.Address.Equals(far.Address) == true;
        return isHere && farEnd.Stranger(near, far, use => (use.Pid is { } pid ? processes.UserOf(pid) : use.User) is { } user
            && (user == 0 || user == ProcessTable.Self)) is { } stranger
            ? $"{stranger}, who is neither you nor root: the API key was not sent. If it is an engine of agent.yaml, give its name instead of its address"
            : null;
    }
}
