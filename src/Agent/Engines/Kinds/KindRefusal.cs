namespace Agent.Engines.Kinds;

/// <summary>The answer to a refusal by an engine's unit, container or process.</summary>
internal enum RefusalClass
{
    /// <summary>It goes away by itself, or may. It is tried again, and a person is asked only if it stays.</summary>
    Passes,

    /// <summary>A disk is full. It goes away when somebody makes room, and trying again within minutes does not help.</summary>
    Room,

    /// <summary>Somebody has to allow it. No setting of the engine is wrong.</summary>
    Person,

    /// <summary>The same words come at every start until a file is changed.</summary>
    Configuration,
}

/// <summary>The reason why an engine's unit, container or process did not start or stop it.</summary>
/// <param name="Class">The answer to it.</param>
/// <param name="Text">For people, with the tool's own words.</param>
internal sealed record KindRefusal(RefusalClass Class, string Text)
{
    /// <summary>The settings of vLLM or of its start are wrong, and not those of the unit or container.</summary>
    public bool IsOfEngine { get; init; }

    public static KindRefusal Person(string text) => new(RefusalClass.Person, text);

    public static KindRefusal Configuration(string text) => new(RefusalClass.Configuration, text);

    /// <summary>The engine's own section makes the start impossible, or the engine itself ended the start at once.</summary>
    public static KindRefusal OfEngine(string text) => new(RefusalClass.Configuration, text) { IsOfEngine = true };

    public override string ToString() => Text;
}
