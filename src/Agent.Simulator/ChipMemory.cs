namespace Agent.Simulator;

/// <summary>
/// The living processes that hold the memory of the chips. A killed process gives its memory back by itself, a moment later as on real hosts. With
/// the fault memory-held it does not, and npu-smi shows the memory without an owner.
/// </summary>
internal sealed class ChipMemory(World world, WorldFiles files)
{
    public const int Total = 65536;

    /// <summary>The memory that an idle 910B3 shows with no process at all (captures: 3360 to 3413).</summary>
    public const int Idle = 3400;

    /// <summary>The part of it that PyTorch sees.</summary>
    public const double TotalGiB = 60.96;

    private const int HeldWithoutOwner = 40960;

    private static readonly TimeSpan ReleaseLag = TimeSpan.FromSeconds(0.5);

    public void Hold(int chip, int megabytes, string name)
    {
        var me = Processes.Self();
        files.Write($"holders/{me.Pid}-{chip}.json", new Holder(me.Pid, me.StartTicks, chip, megabytes, name), WorldJson.Default.Holder);
    }

    /// <summary>The living holders: npu-smi can name no other.</summary>
    public List<Holder> Holders() => [.. All().Where(h => h.Died is null)];

    public int Used(int chip)
    {
        var held = All().Where(h => h.Chip == chip).Sum(h => h.Megabytes);
        if (held == 0 && world.Faults.Hits("memory-held", chip))
            held = HeldWithoutOwner;
        return Math.Min(Total, Idle + held);
    }

    private List<Holder> All()
    {
        List<Holder> holders = [];
        foreach (var name in files.Names("holders"))
        {
            if (files.Read(name, WorldJson.Default.Holder) is not { } holder)
                continue;
            if (holder.Died is null && !Processes.IsAlive(holder.Pid, holder.StartTicks))
            {
                holder = holder with { Died = DateTimeOffset.UtcNow };
                files.Write(name, holder, WorldJson.Default.Holder);
            }

            if (holder.Died is { } died && DateTimeOffset.UtcNow - died > ReleaseLag / world.Settings.Pace)
                files.Delete(name);
            else
                holders.Add(holder);
        }

        return holders;
    }
}
