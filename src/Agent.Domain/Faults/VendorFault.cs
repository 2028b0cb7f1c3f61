namespace Agent.Domain.Faults;

/// <summary>One code of the vendor's table.</summary>
/// <param name="Code">Upper-case hex without 0x as npu-smi prints it; switch codes in brackets as their log prints them.</param>
/// <param name="Level">Null: it was published without a level.</param>
public sealed record VendorFault(string Code, VendorLevel? Level, IReadOnlyList<FrequencyRule> Rules)
{
    /// <summary>
    /// The level after the given occurrences. A rule raises the level if its number was reached
    /// within its window. It goes on doing so as long as the occurrences are remembered.
    /// </summary>
    /// <param name="occurrences">The times when the code came, oldest first, this time included.</param>
    /// <param name="now">The present time.</param>
    /// <param name="normal">The level that applies without a rule: the operator's, the table's, or by severity.</param>
    public VendorLevel LevelAfter(IReadOnlyList<DateTimeOffset> occurrences, DateTimeOffset now, VendorLevel normal)
    {
        var level = normal;
        foreach (var rule in Rules)
        {
            if (rule.RaisesTo > level && rule.Applies(occurrences, now))
                level = rule.RaisesTo;
        }

        return level;
    }
}

/// <summary>
/// This many occurrences within a window raise the level of a code. Without a number, the code raises it when it lasts as long as the window.
/// </summary>
public sealed record FrequencyRule(int Times, TimeSpan Window, VendorLevel RaisesTo)
{
    internal bool Applies(IReadOnlyList<DateTimeOffset> occurrences, DateTimeOffset now)
    {
        if (Times == 0)
            return occurrences.Count > 0 && now - occurrences[^1] >= Window;
        for (var last = Times - 1; last < occurrences.Count; last++)
        {
            if (occurrences[last] - occurrences[last - Times + 1] < Window)
                return true;
        }

        return false;
    }
}

/// <summary>
/// The parts of a device event code (hicann/driver, dms_event_converge.h; checked against event logs of real devices): side
/// that raised it, unit of the chip, sensor and state.
/// </summary>
/// <param name="OnDevice">Raised by the device; otherwise by the driver on the host.</param>
/// <param name="Unit">Node type, 11 bits.</param>
/// <param name="Sensor">Sensor type, 8 bits.</param>
/// <param name="State">State or event type, 9 bits.</param>
public readonly record struct VendorFaultCode(bool OnDevice, int Unit, int Sensor, int State)
{
    /// <returns>Null for other codes: black box exceptions, codes of the board controller and of switches.</returns>
    public static VendorFaultCode? Decode(string code)
    {
        if (!uint.TryParse(code, System.Globalization.NumberStyles.AllowHexSpecifier, System.Globalization.CultureInfo.InvariantCulture, out var bits))
            return null;
        var (side, blackBox) = (bits >> 30, (bits >> 28) & 3);
        return side == 0 || blackBox != 0
            ? null
            : new VendorFaultCode((side & 2) != 0, (int)((bits >> 17) & 0x7FF), (int)((bits >> 9) & 0xFF), (int)(bits & 0x1FF));
    }
}
