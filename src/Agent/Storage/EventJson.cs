using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Agent.Domain.Incidents;
using Agent.Domain.Observations;
using Agent.Domain.Recovery;
using Agent.ForeignText;

namespace Agent.Storage;

/// <summary>
/// Incident events in the form of the journal: a kind and a JSON body. A kind never changes, because old journals hold it. All text passes the gate
/// on its way in, and again on its way out, because an older agent kept it unchanged.
/// </summary>
internal sealed class EventJson(TextGate gate)
{
    private static readonly (string Kind, Type Type)[] Kinds =
    [
        ("suspected", typeof(Suspected)),
        ("seen-again", typeof(SeenAgain)),
        ("echo-seen", typeof(EchoSeen)),
        ("cause-found", typeof(CauseFound)),
        ("confirmed", typeof(Confirmed)),
        ("dismissed", typeof(Dismissed)),
        ("recovery-planned", typeof(RecoveryPlanned)),
        ("step-started", typeof(StepStarted)),
        ("step-ended", typeof(StepEnded)),
        ("recovery-ended", typeof(RecoveryEnded)),
        ("interrupted", typeof(Interrupted)),
        ("verification-failed", typeof(VerificationFailed)),
        ("rung-raised", typeof(RungRaised)),
        ("held-back", typeof(HeldBack)),
        ("evidence-secured", typeof(EvidenceSecured)),
        ("person-acted", typeof(PersonActed)),
        ("handed-over", typeof(HandedOver)),
        ("resolved", typeof(Resolved)),
    ];

    public static string KindOf(IncidentEvent happened) => Array.Find(Kinds, k => k.Type == happened.GetType()).Kind;

    public JournalJson Json { get; } = JournalJson.Through(gate);

    public string Write(IncidentEvent happened) => JsonSerializer.Serialize(happened, Type(happened.GetType()));

    /// <returns>Null for a kind of a newer agent.</returns>
    public IncidentEvent? Read(string kind, string body) =>
        Array.Find(Kinds, k => k.Kind == kind).Type is { } type ? (IncidentEvent?)JsonSerializer.Deserialize(body, Type(type)) : null;

    /// <summary>Reads an event with the time of its column, which is moved when the host's clock was set; see <see cref="JournalClock"/>.</summary>
    public IncidentEvent? Read(JournalRow row) =>
        Read(row.Kind, row.Body) is { } happened ? Micros.Of(happened.At) == row.At ? happened : happened with { At = Micros.Time(row.At) } : null;

    /// <summary>The event in the form in which it will be read again.</summary>
    public IncidentEvent Kept(IncidentEvent happened) => Read(KindOf(happened), Write(happened))!;

    private JsonTypeInfo Type(Type type) => Json.GetTypeInfo(type)!;
}

internal sealed class SubjectConverter : JsonConverter<Subject>
{
    public override Subject Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Subject.TryParse(reader.GetString() ?? "", out var subject) ? subject : throw new JsonException("no subject");

    public override void Write(Utf8JsonWriter writer, Subject value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}

/// <summary>An enum by its names alone. The converter of .NET would also take numbers, and lists of names that add up to another member.</summary>
internal sealed class EnumWords<T> : JsonConverter<T>
    where T : struct, Enum
{
    private static readonly Dictionary<string, T> Members = Enum.GetValues<T>().ToDictionary(member => member.ToString(), StringComparer.Ordinal);

    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && Members.TryGetValue(reader.GetString()!, out var member) ? member
            : throw new JsonException($"no {typeof(T).Name}");

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}

/// <summary>A step as words: <c>start-engine engine:NAME even-after-failure</c>.</summary>
internal sealed class StepConverter : JsonConverter<Step>
{
    private const string EvenAfterFailure = "even-after-failure";
    private const string LeavesStuck = "leaves-stuck";

    public override Step Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var words = (reader.GetString() ?? "").Split(' ');
        if (words.Length < 2 || Step.KindOf(words[0]) is not { } kind || !Subject.TryParse(words[1], out var subject))
            throw new JsonException("no step");
        return new Step(kind, subject) { EvenAfterFailure = words.Contains(EvenAfterFailure), LeavesStuck = words.Contains(LeavesStuck) };
    }

    public override void Write(Utf8JsonWriter writer, Step value, JsonSerializerOptions options) =>
        writer.WriteStringValue($"{value.Name} "
            + $"{value.Subject}{(value.EvenAfterFailure ? " " + EvenAfterFailure : "")}{(value.LeavesStuck ? " " + LeavesStuck : "")}");
}

[JsonSerializable(typeof(Suspected))]
[JsonSerializable(typeof(SeenAgain))]
[JsonSerializable(typeof(EchoSeen))]
[JsonSerializable(typeof(CauseFound))]
[JsonSerializable(typeof(Confirmed))]
[JsonSerializable(typeof(Dismissed))]
[JsonSerializable(typeof(RecoveryPlanned))]
[JsonSerializable(typeof(StepStarted))]
[JsonSerializable(typeof(StepEnded))]
[JsonSerializable(typeof(RecoveryEnded))]
[JsonSerializable(typeof(Interrupted))]
[JsonSerializable(typeof(VerificationFailed))]
[JsonSerializable(typeof(RungRaised))]
[JsonSerializable(typeof(HeldBack))]
[JsonSerializable(typeof(EvidenceSecured))]
[JsonSerializable(typeof(PersonActed))]
[JsonSerializable(typeof(HandedOver))]
[JsonSerializable(typeof(Resolved))]
[JsonSerializable(typeof(Maintenance))]
[JsonSerializable(typeof(EngineWanted))]
[JsonSerializable(typeof(AgentNote))]
[JsonSerializable(typeof(JournalScale))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    Converters =
    [
        typeof(SubjectConverter), typeof(StepConverter), typeof(EnumWords<Rung>), typeof(EnumWords<Mender>), typeof(EnumWords<StepKind>),
        typeof(EnumWords<SubjectKind>),
    ])]
internal sealed partial class JournalJson : JsonSerializerContext
{
    public static JournalJson Through(TextGate gate)
    {
        var options = new JsonSerializerOptions(Default.Options);
        options.Converters.Add(new GateConverter(gate));
        return new JournalJson(options);
    }
}

/// <summary>Whether an operator wants an engine to run. The newest entry counts.</summary>
internal sealed record EngineWanted(string Engine, bool Wanted, string By, string Reason);

/// <summary>A note about the agent itself: its start, its end, a request of an operator.</summary>
internal sealed record AgentNote(string Text, string By);
