namespace Agent.Engines.Kinds;

/// <summary>What is to be done about a refusal of what an engine runs in.</summary>
internal enum RefusalClass
{
    /// <summary>It goes away by itself, or may: tried again, and a person's only when it does not.</summary>
    Passes,

    /// <summary>A disk is full: it goes away when somebody makes room, which trying again within minutes does not bring about.</summary>
    Room,

    /// <summary>Somebody has to allow it. No setting of the engine is wrong.</summary>
    Person,

    /// <summary>The same words come at every start until a file is changed.</summary>
    Configuration,
}

/// <summary>Why what an engine runs in did not start or stop it.</summary>
/// <param name="Class">What is to be done about it.</param>
/// <param name="Text">For people, with the tool's own words.</param>
internal sealed record KindRefusal(RefusalClass Class, string Text)
{
    /// <summary>Settings of vLLM or of its start, as against those of what it runs in.</summary>
    public bool IsOfEngine { get; init; }

    public static KindRefusal Person(string text) => new(RefusalClass.Person, text);

    public static KindRefusal Configuration(string text) => new(RefusalClass.Configuration, text);

    /// <summary>A start that the engine's own section makes impossible, or that the engine itself ended at once.</summary>
    public static KindRefusal OfEngine(string text) => new(RefusalClass.Configuration, text) { IsOfEngine = true };

    public override string ToString() => Text;
}
