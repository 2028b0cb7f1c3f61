namespace Agent.Engines.Logs;

/// <summary>Finds the line that fills a log. Lines that differ only in their numbers have one shape: times, ids, counts.</summary>
internal sealed class LineShapes
{
    private const int MostShapes = 256;
    private const int ShapeLength = 200;

    // This is more than is ever shown. So a shown secret is never cut: a cut one would not be recognized.
    private const int ExampleLength = 2000;

    private readonly Dictionary<string, (string Example, long Count)> _shapes = new(StringComparer.Ordinal);
    private long _lines;

    public void Add(string line)
    {
        Span<char> room = stackalloc char[ShapeLength];
        var shape = Shape(line, room);
        _lines++;
        var shapes = _shapes.GetAlternateLookup<ReadOnlySpan<char>>();
        if (shapes.TryGetValue(shape, out var known))
        {
            shapes[shape] = known with { Count = known.Count + 1 };
            return;
        }

        // Seldom shapes make room: a shape that floods a log is not seldom.
        if (_shapes.Count == MostShapes)
            Forget();
        shapes[shape] = (line.Length > ExampleLength ? line[..ExampleLength] : line, 1);
    }

    public void Clear()
    {
        _shapes.Clear();
        _lines = 0;
    }

    /// <summary>An example of the most frequent shape, and its share of all lines; null when there was no line.</summary>
    public (string Example, double Share)? Most()
    {
        if (_shapes.Count == 0)
            return null;
        var (example, count) = _shapes.Values.MaxBy(s => s.Count);
        return (example, (double)count / _lines);
    }

    private void Forget()
    {
        var half = _shapes.Values.Select(s => s.Count).Order().ElementAt(MostShapes / 2);
        foreach (var (shape, _) in _shapes.Where(s => s.Value.Count <= half).ToList())
            _shapes.Remove(shape);
    }

    private static ReadOnlySpan<char> Shape(string line, Span<char> room)
    {
        var length = 0;
        foreach (var c in line)
        {
            var shown = char.IsAsciiDigit(c) ? '#' : c;
            if (shown == '#' && length > 0 && room[length - 1] == '#')
                continue;
            if (length == room.Length)
                break;
            room[length++] = shown;
        }

        return room[..length];
    }
}
