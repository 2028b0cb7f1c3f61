using System.Collections.Immutable;
using Agent.Domain.Observations;
using Agent.Domain.Recovery;
using static Agent.Domain.Faults.FaultCodes;

namespace Agent.Domain.Faults;

public static partial class FaultCodes
{
    public const string DriverErrors = "driver-errors";
    public const string EngineStuckInKernel = "engine-stuck-in-kernel";
    public const string NpuSmiHangs = "npu-smi-hangs";
    public const string NpuSmiUnusable = "npu-smi-unusable";
    public const string HostOutOfMemory = "host-out-of-memory";
    public const string HostMemoryCorrupt = "host-memory-corrupt";
    public const string DiskLow = "disk-low";
    public const string DatabaseReplaced = "database-replaced";
}

internal static class HostFaults
{
    public static readonly ImmutableArray<Fault> All =
    [
        Row(NpuSmiHangs, Severity.Warning) with
        {
            Sightings = 2,
            ConfirmAfter = TimeSpan.FromSeconds(15),
            DependsOn = [DriverFailed],
            Title = new("npu-smi does not answer", "npu-smi 无响应"),
            Meaning = new("npu-smi did not end within its time limit. The chips cannot be seen; the engine may well serve.",
                "npu-smi 未在时限内结束；无法查看芯片，但引擎可能仍在服务。"),
            AgentDoes = new("Kills the child, looks again later, touches nothing: not seeing is not a fault of the chips.", "结束该子进程并稍后重试，不做任何恢复操作：看不到不等于芯片故障。"),
            PersonShould = new("Look for processes in D state (`ps -eo pid,stat,wchan,comm | grep ' D'`) and for a stopped NPU process; a stuck driver needs "
                + "a reboot.", "检查 D 状态进程与被暂停的 NPU 进程；驱动卡死需重启主机。"),
        },
        Row(NpuSmiUnusable, Severity.Warning) with
        {
            Sightings = 2,
            ConfirmAfter = TimeSpan.FromSeconds(15),
            DependsOn = [DriverFailed, ChipsLost],
            Title = new("npu-smi gives no usable answer", "npu-smi 输出不可用"),
            Meaning = new("npu-smi is missing, fails, or prints a table that is not whole. The chips cannot be seen; the engine may well serve.",
                "npu-smi 缺失、报错或输出不完整；无法查看芯片，但引擎可能仍在服务。"),
            AgentDoes = new("Records it and tells; a table that is not whole never counts as missing chips.", "记录并通知；不完整的表格不会被当作芯片丢失。"),
            PersonShould = new("Run `npu-smi info` by hand. -8005: driver not loaded or no permission (group HwHiAiUser). -8020: chips belong to a "
                + "container.", "手动运行 npu-smi info。-8005：驱动未加载或无权限（HwHiAiUser 组）；-8020：芯片被容器占用。"),
        },
        Row(DriverErrors, Severity.Warning) with
        {
            On = SubjectKind.Driver,
            Sightings = 1,
            DependsOn = [DriverFailed, ChipsLost, DeviceContactLost, ChipAlarm, ChipError],
            Title = new("The driver writes errors into the kernel log", "驱动在内核日志中报错"),
            Meaning = new("Lines of the NPU driver with level ERROR, PCIe errors of an NPU, or a failed request for memory of a chip.",
                "内核日志中出现 NPU 驱动的 ERROR 行、NPU 的 PCIe 错误，或芯片内存申请失败。"),
            AgentDoes = new("Records the lines and tells. They are only evidence: the state of chips and engine decides.", "记录并通知；这些只是证据，是否恢复取决于芯片和引擎的状态。"),
            PersonShould = new("Read them beside the incident of the same time. On their own they need no action. If PCIe errors come again, check the slot "
                + "and the cable.", "结合同一时间的事件查看；单独出现无需处理，PCIe 错误反复出现时检查插槽与线缆。"),
        },
        Row(HostOutOfMemory, Severity.Warning) with
        {
            Sightings = 1,
            Title = new("The kernel killed a process because memory ran out", "内核因内存不足杀死进程"),
            Meaning = new("Host memory ran out, and the kernel ended a process. If a worker of an engine vanished with -9 at that time, it was this "
                + "process.", "主机内存耗尽，内核终止了某个进程；同一时间以 -9 退出的引擎工作进程即为其受害者。"),
            AgentDoes = new("Records the line and tells; recovers an engine that ended because of it as usual.", "记录并通知；因此退出的引擎按常规恢复。"),
            PersonShould = new("Reduce the other use of host memory: swap space of vLLM, other jobs, page cache pinned by loaders.",
                "减少引擎之外的主机内存占用：vLLM 的 swap 空间、其他作业、加载器占用的页缓存。"),
        },
        Row(HostMemoryCorrupt, Severity.Critical) with
        {
            Title = new("Memory of the host is broken", "主机内存硬件损坏"),
            Meaning = new("The kernel found memory that cannot be corrected and sent SIGBUS to the process that used it. The host's memory is bad, not the "
                + "engine.", "内核发现不可纠正的内存错误，并向使用该内存的进程发送 SIGBUS；损坏的是主机内存，而非引擎。"),
            AgentDoes = new("Records the line and tells; recovers an engine that ended because of it as usual.", "记录并通知；因此退出的引擎按常规恢复。"),
            PersonShould = new("Find the module (`ras-mc-ctl --summary`, `ipmitool sel list`, the BMC) and have it replaced. It will come again.",
                "定位内存条（ras-mc-ctl --summary、ipmitool sel list 或 BMC）并更换；否则会再次发生。"),
        },
        Row(EngineStuckInKernel, Severity.Warning) with
        {
            On = SubjectKind.Engine,
            DependsOn = [DriverFailed, ChipsLost, EngineUnkillable],
            Title = new("A process of the engine hangs in the kernel", "引擎进程在内核中挂起"),
            Meaning = new("The kernel says that a process of the engine waits without an end, or that another waits for its lock. The driver is not in the "
                + "way: storage or memory is.", "内核报告引擎的某个进程长时间不可中断等待，或其他进程在等待它持有的锁；原因不在驱动，而在存储或内存。"),
            AgentDoes = new("Records it and tells. Whether the engine hangs is judged by its work.", "记录并通知；引擎是否挂起由其工作进展判断。"),
            PersonShould = new("Look where it waits (`cat /proc/PID/stack`): a dead network file system under the weights is the usual reason.",
                "查看其等待位置（cat /proc/PID/stack）：通常是存放权重的网络文件系统失去响应。"),
        },
        Row(DiskLow, Severity.Warning) with
        {
            Sightings = 2,
            DependsOn = [HostDiskFull],
            Title = new("Disk space is low", "磁盘空间不足"),
            Meaning = new("A file system that the agent or the engine writes to has less free space than configured.", "代理或引擎所写文件系统的剩余空间低于配置值。"),
            AgentDoes = new("Records it and tells; bundles shrink to what fits.", "记录并通知；证据包会按剩余空间缩减。"),
            PersonShould = new("Free space: old bundles (`npu-agent bundle list`), engine logs, CANN logs under ~/ascend/log, the compile cache.",
                "清理空间：旧证据包（npu-agent bundle list）、引擎日志、~/ascend/log、编译缓存。"),
        },
        Row(DatabaseReplaced, Severity.Warning) with
        {
            Title = new("The agent's database was replaced", "代理数据库已重建"),
            Meaning = new(
                "The database was damaged; it was set aside and a new one begun. "
                + "If that was found while the agent ran, the new one holds the agent's knowledge: "
                + "open incidents, the last day's, used budgets, maintenance, notices. "
                + "If it was found at a start, the new one holds none of that.",
                "数据库损坏，已另存并新建。"
                + "若在代理运行中发现，新数据库包含代理所知的内容：未结束及最近一天的事件、预算使用、维护与通知；若在启动时发现，此前的记录不可用。"),
            AgentDoes = new(
                "Goes on supervising; keeps the damaged file beside the new one. Says so until that file is taken away, at most for a day.",
                "继续监管，并保留损坏的文件；在该文件被移走之前持续提示，最多一天。"),
            PersonShould = new(
                "Check the disk (`dmesg`, SMART) and who wrote to the file. It may be read with `sqlite3 FILE .recover`; move it away when you are done.",
                "检查磁盘（dmesg、SMART）以及是谁写了该文件；可用 sqlite3 FILE .recover 读取，处理完后将其移走。"),
        },
    ];

    /// <summary>A fault of the host that is noted as soon as it is seen once, and that starts no recovery.</summary>
    public static Fault Row(string code, Severity severity) => new()
    {
        Code = code,
        On = SubjectKind.Host,
        Severity = severity,
        StartsAt = Rung.Note,
        Limit = Rung.Note,
        ConfirmAfter = TimeSpan.Zero,
        Sightings = 1,
        Title = new("", ""),
        Meaning = new("", ""),
        AgentDoes = new("", ""),
        PersonShould = new("", ""),
    };
}
