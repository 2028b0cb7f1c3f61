using Agent.Adapters.VllmHttp;
using Agent.Configuration;

namespace Agent.Commands;

/// <summary>An engine that a command asks over HTTP by itself: one of agent.yaml, or any by its address.</summary>
internal sealed record EngineTarget(string Name, string Model, VllmClient Http) : IDisposable
{
    private static readonly TimeSpan ModelsLimit = TimeSpan.FromSeconds(10);

    public static EngineTarget Of(EngineSettings engine) => new(engine.Name, engine.ServedModelName, new VllmClient(engine.Address, Key(engine.ApiKeyFile), TimeProvider.System));

    /// <returns>Null and why, when there is no such engine or it does not answer.</returns>
    public static async Task<(EngineTarget? Target, string Problem)> FindAsync(AgentSettings settings, string nameOrUrl, string? apiKeyFile, CancellationToken cancellation)
    {
        if (settings.Engines.FirstOrDefault(e => e.Name == nameOrUrl) is { } engine)
            return (Of(engine), "");
        if (!Uri.TryCreate(nameOrUrl, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            return (null, $"no engine '{nameOrUrl}' in {settings.File}, and it is no address such as http://127.0.0.1:8000; there are: {string.Join(", ", settings.Engines.Select(e => e.Name))}");
        var http = new VllmClient(address, Key(apiKeyFile), TimeProvider.System);
        var models = await http.ModelsAsync(ModelsLimit, cancellation);
        if (models.Value is [var model, ..])
            return (new EngineTarget(nameOrUrl, model.Id, http), "");
        http.Dispose();
        return (null, models.Value is null ? models.Problem : $"{nameOrUrl} serves no model");
    }

    public void Dispose() => Http.Dispose();

    private static string? Key(string? file) => file is null ? null : File.ReadAllText(file).Trim();
}
