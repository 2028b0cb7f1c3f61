namespace Agent.Adapters.NpuSmi;

/// <summary><c>npu-smi info -t health</c> of one chip.</summary>
/// <param name="Status">The health word as printed.</param>
/// <param name="ErrorCodes">Hex words as printed, upper case, no 0x; empty when there are none.</param>
/// <param name="Information">Texts of the codes, as printed.</param>
internal sealed record ChipHealth(string Status, IReadOnlyList<string> ErrorCodes, IReadOnlyList<string> Information)
{
    // Captures npu-smi_info-t-health*: the key may be "Health" or "Health Status"; further information texts follow on
    // lines with an empty key.
    public static ChipHealth? Parse(string text)
    {
        string? status = null;
        List<string> codes = [];
        List<string> information = [];
        foreach (var line in text.Split('\n'))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0)
                continue;
            var (key, value) = (line[..colon].Trim(), line[(colon + 1)..].Trim());
            switch (key)
            {
                case "Health" or "Health Status":
                    status ??= value;
                    break;
                case "Error Code" when value != "NA":
                    codes.AddRange(value.Split(' ', StringSplitOptions.RemoveEmptyEntries));
                    break;
                case "Error Information" or "" when value is not ("NA" or ""):
                    information.Add(value);
                    break;
                default:
                    break;
            }
        }

        return status is null ? null : new ChipHealth(status, codes, information);
    }
}
