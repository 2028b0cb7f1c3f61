using Agent.Adapters.Processes;

namespace Agent.Adapters.NpuSmi;

/// <summary><c>npu-smi info -t health</c> of one chip.</summary>
/// <param name="Status">The health word as printed.</param>
/// <param name="ErrorCodes">Hex words as printed, upper case, no 0x; empty when there are none.</param>
/// <param name="Information">Texts of the codes, as printed.</param>
internal sealed record ChipHealth(string Status, IReadOnlyList<string> ErrorCodes, IReadOnlyList<string> Information)
{
    public static ChipHealth? Parse(string text) => NpuSmiBlock.Parse(text).Where(b => !b.IsController).Select(Of).OfType<ChipHealth>().FirstOrDefault();

    /// <summary>The key is "Health" in the answer for a card and on 950. It is "Health Status" in the answer for a chip (captures).</summary>
    public static ChipHealth? Of(NpuSmiBlock block) =>
        block.Text("Health Status", "Health") is { } status
            ? new ChipHealth(
                status,
                block.Text("Error Code")?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [],
                [.. block.Values.Where(v => v is { Key: "Error Information", Value: { Length: > 0 } text } && !PrintedLines.SaysNothing(text))
                    .Select(v => v.Value)])
            : null;
}
