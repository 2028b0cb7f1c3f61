using System.Text.Json;

namespace Agent.Adapters.Containers;

/// <summary>A container as <c>inspect</c> prints it. docker, podman and isula have these words in common; only isula has no OOMKilled.</summary>
/// <param name="Pid">The first process of the container, as the host numbers it; 0 when the container does not run.</param>
/// <param name="ExitCode">128 and more stand for a signal.</param>
internal sealed record ContainerState(string Id, string Status, bool Running, int Pid, int ExitCode, bool OutOfMemory, IReadOnlyDictionary<string,
    string> Labels)
{
    /// <summary>
    /// The container is frozen by `pause`. All its processes are there. docker then says that it runs, podman says that it does not.
    /// </summary>
    public bool Paused { get; init; }

    /// <summary>The first process of the container is there, frozen or not.</summary>
    public bool IsUp => Running || Paused;

    /// <returns>Null when the text is no answer of <c>inspect</c>.</returns>
    public static ContainerState? Parse(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            if (document.RootElement is not { ValueKind: JsonValueKind.Array } list || list.GetArrayLength() == 0 || Part(list[0], "State") is not { } state)
                return null;
            var labels = Part(list[0], "Config") is { } config && Part(config, "Labels") is { } found
                ? found.EnumerateObject().DistinctBy(l => l.Name, StringComparer.Ordinal)
                    .ToDictionary(l => l.Name, l => l.Value.ToString(), StringComparer.Ordinal)
                : [];
            return new ContainerState(Text(list[0], "Id"), Text(state, "Status"), Flag(state, "Running"), Number(state, "Pid"), Number(state, "ExitCode"),
                Flag(state, "OOMKilled"), labels)
            {
                // isula has only the status.
                Paused = Flag(state, "Paused") || Text(state, "Status") == "paused",
            };
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            // The maker of an image chooses its labels freely; even halves of characters occur in them.
            return null;
        }
    }

    private static JsonElement? Part(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object ? value : null;

    private static string Text(JsonElement parent, string name) => parent.TryGetProperty(name, out var value) ? value.ToString() : "";

    private static bool Flag(JsonElement parent, string name) => parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    private static int Number(JsonElement parent, string name) => parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number
        && value.TryGetInt32(out var number) ? number : 0;
}
