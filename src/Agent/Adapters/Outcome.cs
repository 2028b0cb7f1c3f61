namespace Agent.Adapters;

/// <summary>How something ended that can fail, in words for people.</summary>
internal readonly record struct Outcome(bool Succeeded, string Detail)
{
    public static implicit operator Outcome((bool Succeeded, string Detail) told) => new(told.Succeeded, told.Detail);
}
