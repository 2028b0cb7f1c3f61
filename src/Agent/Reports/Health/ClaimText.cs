namespace Agent.Reports.Health;

/// <summary>The text by which a chip that fails again and again is claimed. What the agent does not know is said, with the command that tells it.</summary>
internal sealed class ClaimText(HealthDocument document, HealthWords words)
{
    public IEnumerable<Block> Blocks()
    {
        if (document.Claims.Count == 0)
            yield break;
        yield return new Heading(words.Of("Claims for replacement", "更换申请"));
        yield return new Paragraph(words.Of("Text for the vendor, to copy. Add the evidence files that it names.", "可直接复制给厂商，并附上文中列出的证据文件。"));
        foreach (var claim in document.Claims)
            yield return new Copied([.. Lines(claim)]);
    }

    private IEnumerable<string> Lines(ClaimDocument claim)
    {
        var card = claim.Chip.Split('/')[0];
        yield return words.Of($"Replacement of NPU chip {claim.Chip} in host {document.Host}", $"申请更换主机 {document.Host} 的 NPU 芯片 {claim.Chip}");
        yield return Known(words.Of("Serial number", "序列号"), claim.Serial, $"npu-smi info -t board -i {card}");
        yield return Known(words.Of("Model", "型号"), claim.Model, $"npu-smi info -t board -i {card}");
        yield return Known(words.Of("PCIe bus", "PCIe 总线号"), claim.BusId, $"npu-smi info -t board -i {card}");
        yield return Known(words.Of("Firmware", "固件版本"), claim.Firmware, $"npu-smi info -t board -i {card}");
        yield return Known(words.Of("Driver", "驱动版本"), claim.Driver, "cat /usr/local/Ascend/driver/version.info");
        yield return words.Of(
            $"{words.Number(claim.Incidents.Count)} faults of the hardware from {words.Time(document.From)} to {words.Time(document.To)} ({words.Zone}):",
            $"{words.Time(document.From)} 至 {words.Time(document.To)}（{words.Zone}）共 {words.Number(claim.Incidents.Count)} 次硬件故障：");
        foreach (var incident in claim.Incidents)
        {
            var codes = incident.Codes.Count > 0 ? words.Of($", codes {string.Join(' ', incident.Codes)}", $"，故障码 {string.Join(' ', incident.Codes)}") : "";
            yield return $"- {words.Time(incident.At)} {words.Of(incident.Title)} ({incident.Fault}{codes})";
            yield return "  " + words.Sentence("seen: ", "现象：", incident.Seen);
            foreach (var bundle in incident.Bundles)
                yield return "  " + words.Of($"evidence: {bundle}", $"证据：{bundle}");
        }
    }

    private string Known(string name, string? value, string command) => value is { Length: > 0 } ? words.Of($"{name}: {value}", $"{name}：{value}")
        : words.Of($"{name}: not known to the agent; `{command}` shows it", $"{name}：代理未获取，可执行 `{command}` 查看");
}
