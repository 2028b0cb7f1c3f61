using System.Globalization;

namespace Agent.Domain;

/// <summary>Sizes as people read them and the configuration has them: <c>12 KiB</c>, <c>64 MiB</c>, <c>1.5 GiB</c>.</summary>
public static class Sizes
{
    private static readonly string[] Units = ["bytes", "KiB", "MiB", "GiB", "TiB"];

    public static string Text(double bytes)
    {
        var unit = 0;
        for (; bytes >= 1024 && unit < Units.Length - 1; unit++)
            bytes /= 1024;
        return string.Create(CultureInfo.InvariantCulture, $"{bytes:0.#} {Units[unit]}");
    }
}
