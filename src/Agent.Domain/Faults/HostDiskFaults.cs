using System.Collections.Immutable;
using static Agent.Domain.Faults.FaultCodes;

namespace Agent.Domain.Faults;

public static partial class FaultCodes
{
    public const string HostDiskFull = "host-disk-full";
    public const string HostDiskFailing = "host-disk-failing";
}

/// <summary>Faults of the disk under the agent itself. They are told from memory, and they do not hinder an engine.</summary>
internal static class HostDiskFaults
{
    public static readonly ImmutableArray<Fault> All =
    [
        HostFaults.Row(HostDiskFull, Severity.Critical) with
        {
            Title = new("The agent's disk is full", "代理所在磁盘已满"),
            Meaning = new(
                "The file system of the agent's state has no room. "
                + "Engines go on, and so does supervision. Events are held in memory; an agent that is killed now forgets them.",
                "代理状态所在的文件系统没有空间。引擎与监管照常进行；新发生的事件保存在内存中，此时代理若被终止，这些记录会丢失。"),
            AgentDoes = new(
                "Uses the room that it has kept back (`disk.ballast`), tells from memory, and recovers engines without evidence and logs if it must. "
                + "No chip is reset and no driver restarted while the attempt cannot be written down. "
                + "All that is held is written within seconds after relief.",
                "动用预留空间（disk.ballast），从内存发出通知；必要时在没有证据和日志的情况下恢复引擎。"
                + "尝试无法落盘时，不复位芯片，也不重启驱动。空间恢复后数秒内写入所有保存在内存中的内容。"),
            PersonShould = new(
                "Make room: `df -h`, then `du -xh --max-depth=2 FOLDER`. "
                + "Old bundles (`npu-agent bundle list`), engine logs and ~/ascend/log are the usual ones. "
                + "Do not restart the agent before that.",
                "清理空间：先用 df -h，再用 du -xh --max-depth=2 FOLDER；通常是旧证据包（npu-agent bundle list）、引擎日志和 ~/ascend/log。清理之前不要重启代理。"),
        },
        HostFaults.Row(HostDiskFailing, Severity.Critical) with
        {
            Title = new("The agent's disk takes nothing", "代理所在磁盘无法写入"),
            Meaning = new(
                "Writes to the agent's state fail: the file system is read-only, or the disk reports errors. "
                + "Engines go on, and so does supervision. Events are held in memory; an agent that is killed now forgets them.",
                "写入代理状态失败：文件系统为只读，或磁盘报告错误。引擎与监管照常进行；新发生的事件保存在内存中，此时代理若被终止，这些记录会丢失。"),
            AgentDoes = new(
                "Tells from memory, and recovers engines without evidence and logs if it must. "
                + "No chip is reset and no driver restarted while the attempt cannot be written down. All that is held is written within seconds after the "
                    + "disk takes it.",
                "从内存发出通知；必要时在没有证据和日志的情况下恢复引擎。尝试无法落盘时，不复位芯片，也不重启驱动。磁盘恢复后数秒内写入所有保存在内存中的内容。"),
            PersonShould = new(
                "Look at the disk: `dmesg | tail`, `findmnt -T FOLDER`, SMART. Mend or move it; when it is writable again, nothing else has to be done.",
                "检查磁盘：dmesg | tail、findmnt -T FOLDER、SMART；修复或更换。恢复可写后无需其他操作。"),
        },
    ];
}
