using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Agent.Tests.Architecture;

namespace Agent.Tests.Packaging;

/// <summary>The units of the package stay as bound as SECURITY.md says, by the judgement of systemd itself.</summary>
public sealed partial class UnitExposureTests
{
    // Newer versions know more to ask for.
    private const double OfNewerVersions = 0.3;
    private const int FirstWithFiles = 250;

    [Theory]
    [InlineData("npu-agent")]
    [InlineData("npu-engine@")]
    [InlineData("npu-agent-reset@")]
    [InlineData("npu-agent-collect")]
    public async Task A_unit_may_do_no_more_than_SECURITY_says(string unit)
    {
        var stated = Stated(unit);
        Assert.SkipUnless(int.TryParse(Number().Match(await SaysAsync("--version")).Value, out var version) && version >= FirstWithFiles,
            "needs a systemd-analyze that judges files");
        using var folder = new TemporaryFolder();
        var file = folder.File(unit.EndsWith('@') ? unit + "x.service" : unit + ".service");
        File.Copy(Path.Combine(ArchitectureTests.Repository(), "systemd", unit + ".service"), file);
        var said = await SaysAsync("security", "--offline=true", file);
        var found = double.Parse(Overall().Match(said).Groups[1].Value, CultureInfo.InvariantCulture);
        found.ShouldBeInRange(stated - OfNewerVersions, stated + OfNewerVersions, said);
    }

    private static double Stated(string unit)
    {
        var row = File.ReadLines(Path.Combine(ArchitectureTests.Repository(), "SECURITY.md")).Single(l => l.StartsWith($"| `{unit}` | ",
            StringComparison.Ordinal)
            && l.Split('|').Length == 7);
        return double.Parse(row.Split('|')[4], CultureInfo.InvariantCulture);
    }

    private static async Task<string> SaysAsync(params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("systemd-analyze", arguments)
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            var error = process.StandardError.ReadToEndAsync();
            var said = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            return said + await error;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "";
        }
    }

    [GeneratedRegex("[0-9]+", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Number();

    [GeneratedRegex(@"Overall exposure level for \S+: ([0-9.]+)", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Overall();
}
