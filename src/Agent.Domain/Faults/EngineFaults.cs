using System.Collections.Immutable;
using Agent.Domain.Observations;
using Agent.Domain.Recovery;
using static Agent.Domain.Faults.FaultCodes;

namespace Agent.Domain.Faults;

public static partial class FaultCodes
{
    public const string EngineConfigError = "engine-config-error";
    public const string EngineKvCacheTooSmall = "engine-kv-cache-too-small";
    public const string EngineMemoryTooSmall = "engine-memory-too-small";
    public const string EngineOutOfMemory = "engine-out-of-memory";
    public const string EngineOperatorFailed = "engine-operator-failed";
    public const string EngineStoppedByOther = "engine-stopped-by-other";
    public const string EngineUnkillable = "engine-unkillable";
    public const string SharedMemoryFull = "shared-memory-full";
    public const string EngineStartFails = "engine-start-fails";
    public const string EngineOrphans = "engine-orphans";
    public const string EngineDeviceError = "engine-device-error";
    public const string EngineCommunicationFailed = "engine-communication-failed";
    public const string EnginePortTaken = "engine-port-taken";
    public const string EngineWorkerDied = "engine-worker-died";
    public const string EngineStartStalled = "engine-start-stalled";
    public const string EngineHung = "engine-hung";
    public const string EngineNotServing = "engine-not-serving";
    public const string EngineExited = "engine-exited";
    public const string EngineOutputDegraded = "engine-output-degraded";
    public const string EngineSlow = "engine-slow";
    public const string EngineMetricsMissing = "engine-metrics-missing";
}

internal static class EngineFaults
{
    private static readonly string[] Device = [DriverFailed, ChipsLost, DeviceNotAvailable, DeviceContactLost, HostRebootNeeded, DeviceUnfit, ChipAlarm,
        ChipError];

    private static readonly string[] Below =
    [
        .. Device, EngineStartHeldUp, EngineStartWithoutRoom, EngineStartForbidden, EngineLaunchMisconfigured, ChipMemoryHeld, EngineChipsUnknown,
        EngineStartedByHand, DeviceTaken, EngineUnkillable, SharedMemoryFull,
    ];

    private static readonly string[] Causes = [.. Below, EngineConfigError, EngineKvCacheTooSmall, EngineMemoryTooSmall, EngineStartFails, EngineOutOfMemory,
        EngineOperatorFailed, EngineStoppedByOther, EngineOrphans, EngineDeviceError, EngineCommunicationFailed, EnginePortTaken];

    public static readonly ImmutableArray<Fault> All =
    [
        Row(EngineUnkillable, Severity.Critical, Rung.Chip, 1, 1) with
        {
            Limit = Rung.Chip,
            DependsOn = Device,
            Title = new("Processes of the engine cannot be killed", "引擎进程无法终止"),
            Meaning = new("They sleep in the driver and survive SIGKILL, so they keep the chips; no new engine can run there.",
                "进程阻塞在驱动中，SIGKILL 无效，持续占用芯片，新引擎无法启动。"),
            AgentDoes = new("Does not start beside them and does not stop in a loop: collects everything, stops the engines that the reset touches, resets "
                + "the chip, starts them, verifies.", "不在其旁启动，也不反复终止：收集全部证据，停止复位所涉及的引擎，复位芯片，启动并验证。"),
            PersonShould = new("If they survive the reset too, reboot the host; keep the bundle, it says where in the kernel they wait.",
                "若复位后仍存在，则重启主机；保留证据包，其中记录了进程在内核中的等待位置。"),
        },
        Row(SharedMemoryFull, Severity.Critical, Rung.Engine, 1, 1) with
        {
            Limit = Rung.Engine,
            DependsOn = Device,
            Title = new("/dev/shm has no room for the engine", "/dev/shm 空间不足"),
            Meaning = new("The ranks of an engine meet in /dev/shm. When it is full every start fails alike, by SIGBUS or a bad address.",
                "引擎各 rank 通过 /dev/shm 通信；空间不足时每次启动都会以 SIGBUS 或地址错误失败。"),
            AgentDoes = new("Removes segments of its own user that no live process uses, starts once more; then hands over.",
                "清理本用户下无进程使用的共享内存段，再启动一次，仍失败则移交人工。"),
            PersonShould = new("See `df -h /dev/shm` and the files named in the incident; remove what nobody uses or mount it larger (1 GB and more), then "
                + "`npu-agent engine start NAME`.", "查看 df -h /dev/shm 与事件中列出的文件；清理无用文件或扩大挂载（1 GB 以上），然后执行 npu-agent engine start NAME。"),
        },
        Row(EngineConfigError, Severity.Critical, Rung.HandOver, 1, 1) with
        {
            Title = new("The engine's configuration is wrong", "引擎配置错误"),
            Meaning = new("The engine failed before it first served, because of its settings, versions or environment. Every start would fail in the same way.",
                "引擎在首次提供服务之前因配置、版本或环境失败；每次启动都会同样失败。"),
            AgentDoes = new("Does not restart in a loop: hands over with the engine's own message.", "不循环重启，附上引擎的原始提示并移交人工。"),
            PersonShould = new("Correct the engine section of agent.yaml as the message says, then `npu-agent engine start NAME`.",
                "按提示修正 agent.yaml 的引擎配置，然后执行 npu-agent engine start NAME。"),
        },
        Row(EngineKvCacheTooSmall, Severity.Critical, Rung.HandOver, 1, 1) with
        {
            Title = new("The KV cache does not fit", "KV 缓存空间不足"),
            Meaning = new("After the weights there is not enough chip memory for one request of the configured length.", "加载权重后剩余显存不足以容纳一个所配置长度的请求。"),
            AgentDoes = new("Does not restart in a loop: hands over with vLLM's own figures.", "不循环重启，附上 vLLM 给出的数值并移交人工。"),
            PersonShould = new("Lower max_model_len to the length that vLLM names, or raise gpu_memory_utilization; then `npu-agent engine start NAME`.",
                "将 max_model_len 降到 vLLM 提示的长度，或提高 gpu_memory_utilization；然后执行 npu-agent engine start NAME。"),
        },
        Row(EngineMemoryTooSmall, Severity.Critical, Rung.HandOver, 1, 1) with
        {
            DependsOn = [.. Below, EngineConfigError],
            Title = new("The chip memory does not suffice for the start", "显存不足，引擎无法启动"),
            Meaning = new("Before the engine first served, the chips had too little memory left for their communication. Every start would end there.",
                "引擎首次提供服务之前，芯片间通信所需的显存已无法分配；每次启动都会在此失败。"),
            AgentDoes = new("Does not restart in a loop: hands over with the line that names the memory.", "不循环重启，附上指明显存不足的日志行并移交人工。"),
            PersonShould = new("Lower HCCL_BUFFSIZE in `environment`, then gpu_memory_utilization, then max_num_batched_tokens; look with `npu-smi info -t "
                + "proc-mem` for others on the chips. Then `npu-agent engine start NAME`.",
                "依次降低 environment 中的 HCCL_BUFFSIZE、gpu_memory_utilization、max_num_batched_tokens；用 npu-smi info -t proc-mem 检查芯片上是否有其他进程；然后执行 npu-agent "
                + "engine start NAME。"),
        },
        Row(EngineStartFails, Severity.Critical, Rung.HandOver, 1, 1) with
        {
            DependsOn = [.. Below, EngineConfigError, EngineKvCacheTooSmall, EngineMemoryTooSmall],
            Title = new("The engine fails to start, each time in the same way", "引擎每次启动均以相同方式失败"),
            Meaning = new("Two starts in a row ended in the same stage with the same first error: another start would end there too.",
                "连续两次启动在同一阶段以同一首个错误失败；再次启动也会如此。"),
            AgentDoes = new("Does not restart in a loop: hands over with the stage, the first error and what may help.", "不循环重启，附上失败阶段、首个错误与建议并移交人工。"),
            PersonShould = new("Correct what the first error names, then `npu-agent engine start NAME`.", "按首个错误修正后执行 npu-agent engine start NAME。"),
        },
        Row(EngineOutOfMemory, Severity.Critical, Rung.Engine, 1, 1) with
        {
            Limit = Rung.Engine,
            DependsOn = [.. Below, EngineStartFails],
            Title = new("The engine ran out of chip memory", "引擎显存耗尽"),
            Meaning = new("An allocation on the chip failed: fragmentation, a very long prompt, or settings that leave no room.", "显存分配失败：碎片、超长输入，或配置未留余量。"),
            AgentDoes = new("Collects evidence and restarts the engine once.", "收集证据并重启引擎一次。"),
            PersonShould = new("If it repeats: lower gpu_memory_utilization (0.9, 0.85, 0.8) or max_num_batched_tokens.",
                "若重复出现：降低 gpu_memory_utilization（0.9、0.85、0.8）或 max_num_batched_tokens。"),
        },
        Row(EngineOperatorFailed, Severity.Critical, Rung.Engine, 1, 1) with
        {
            Limit = Rung.Engine,
            DependsOn = [.. Below, EngineStartFails, EngineOutOfMemory],
            OnceIn = TimeSpan.FromDays(1),
            Title = new("An operator of CANN refused a call of a serving engine", "服务中的引擎被算子拒绝"),
            Meaning = new("The engine had served, then an operator or a call into CANN refused an argument: a request of an unusual shape, or a bug of these "
                + "versions.", "引擎已正常服务，随后某个算子或 CANN 接口拒绝了参数：请求形状特殊，或该版本存在缺陷。"),
            AgentDoes = new("Collects evidence and restarts the engine once. When it comes again within a day, hands over.", "收集证据并重启引擎一次；若一天内再次出现，则移交人工。"),
            PersonShould = new("Keep the bundle and the requests of that moment. Try enforce-eager or another version of vllm-ascend and CANN; send the "
                + "operator's name to the vendor.", "保留证据包与当时的请求；尝试 enforce-eager 或更换 vllm-ascend 与 CANN 版本，并将算子名称提供给厂商。"),
        },
        Row(EngineStoppedByOther, Severity.Warning, Rung.HandOver, 1, 1) with
        {
            Title = new("Somebody stopped the engine", "引擎被他人停止"),
            Meaning = new("The engine received a stop signal that the agent did not send, and left in good order.", "引擎收到了并非由代理发出的停止信号并正常退出。"),
            AgentDoes = new("Respects it: does not start the engine again by itself.", "尊重该操作，不会自动重新启动引擎。"),
            PersonShould = new("Start it when wanted: `npu-agent engine start NAME`.", "需要时执行 npu-agent engine start NAME 启动。"),
        },
        Row(EngineOrphans, Severity.Critical, Rung.Orphans, 2, 2) with
        {
            IsCertain = true,
            DependsOn = Below,
            Title = new("The engine's main process is gone, its workers are not", "引擎主进程已退出而工作进程残留"),
            Meaning = new("Leftover processes keep the chip memory; a new engine would find too little and fail.", "残留进程占用显存，新引擎会因显存不足而失败。"),
            AgentDoes = new("Collects evidence, kills the leftovers that are proven to be this engine's, waits for the chip memory, starts, verifies.",
                "收集证据，清理确认属于本引擎的残留进程，等待显存释放，启动并验证。"),
            PersonShould = new("Nothing, if it was recovered. A process that survives SIGKILL sits in the driver: chip reset or reboot.",
                "若已恢复则无需处理。SIGKILL 后仍存在的进程卡在驱动中，需复位芯片或重启主机。"),
        },
        Row(EngineDeviceError, Severity.Critical, Rung.Engine, 1, 2) with
        {
            DependsOn = [.. Below, EngineStartFails, EngineOutOfMemory],
            Title = new("An operation on the NPU failed", "NPU 执行失败"),
            Meaning = new("The engine died of an error that the NPU runtime reported: a kernel that never ended or used a wrong address, a synchronisation "
                + "that timed out, a memory error.", "引擎因 NPU 运行时错误退出：算子超时或地址异常、同步超时、内存错误等。"),
            AgentDoes = new("Collects evidence, kills the tree, waits for the chip memory, starts the engine, verifies it. Twice at most.",
                "收集证据，结束进程树，等待显存释放，启动并验证引擎；最多两次。"),
            PersonShould = new("If it repeats within an hour it is a matter of versions or settings: try enforce-eager, HCCL_OP_EXPANSION_MODE=AIV, fewer "
                + "graph sizes; look at the chip's codes in the bundle.", "一小时内重复出现多为版本或配置问题：尝试 enforce-eager、HCCL_OP_EXPANSION_MODE=AIV、减少图尺寸；查看证据包中的芯片错误码。"),
        },
        Row(EngineCommunicationFailed, Severity.Critical, Rung.Engine, 1, 2) with
        {
            DependsOn = [.. Below, EngineStartFails, EngineOutOfMemory, EngineDeviceError],
            Title = new("The chips of the engine do not reach each other", "引擎芯片间通信失败"),
            Meaning = new("A collective operation timed out, or a link between chips failed. The rank that failed first names the cause; the others only "
                + "wait for it.", "集合通信超时或芯片间链路故障；最先失败的 rank 才是原因，其余只是等待。"),
            AgentDoes = new("Collects evidence, restarts all ranks, verifies the engine. Twice at most.", "收集证据，重启全部 rank 并验证引擎；最多两次。"),
            PersonShould = new("Across hosts: compare `hccn_tool -link`, `-net_health` and `-tls` of both ends, and the ports 16666 and 60000. On one host: "
                + "look at the HCCS health of the chips in the bundle.",
                "跨主机：对比两端 hccn_tool 的 -link、-net_health、-tls 以及 16666、60000 端口；单机：查看证据包中芯片的 HCCS 健康状态。"),
        },
        Row(EnginePortTaken, Severity.Critical, Rung.Orphans, 1, 1) with
        {
            Title = new("The engine's port is taken", "引擎端口被占用"),
            Meaning = new("Another process listens on a port that the engine needs: a leftover of the engine, or something else.",
                "引擎所需端口被其他进程占用：引擎残留进程或其他程序。"),
            AgentDoes = new("Collects evidence, kills leftovers that are proven to be this engine's, starts it once more; then hands over.",
                "收集证据，清理确认属于本引擎的残留进程，再启动一次，仍失败则移交人工。"),
            PersonShould = new("`ss -ltnp` names the owner of the port. Stop it, or give the engine another port.", "用 ss -ltnp 查看端口占用者；停止它或为引擎更换端口。"),
        },
        Row(EngineWorkerDied, Severity.Critical, Rung.Engine, 2, 1) with
        {
            IsCertain = true,
            DependsOn = [.. Below, EngineStartFails, EngineOutOfMemory, EngineOperatorFailed, EngineDeviceError, EngineCommunicationFailed],
            Title = new("A worker of the engine died", "引擎工作进程异常退出"),
            Meaning = new("One worker process ended, so the engine core gave up. vLLM then leaves with exit code 0, which is no success.",
                "某个工作进程退出导致引擎核心终止；vLLM 随后以退出码 0 结束，但这并非正常退出。"),
            AgentDoes = new("Collects evidence, restarts the engine, verifies it with a completion.", "收集证据，重启引擎，并用一次真实推理验证。"),
            PersonShould = new("Exit code -9: look for the OOM killer in the kernel log. -7: /dev/shm is full. -11: keep the bundle for the vendor.",
                "退出码 -9：检查内核日志中的 OOM；-7：/dev/shm 已满；-11：保留证据包提供给厂商。"),
        },
        Row(EngineStartStalled, Severity.Critical, Rung.Engine, 1, 1) with
        {
            Limit = Rung.Engine,
            DependsOn = [.. Below, EngineStartFails],
            Title = new("The engine's start-up makes no progress", "引擎启动停滞"),
            Meaning = new("No new log line and no loading progress within the time that a start-up stage may take.", "在启动阶段允许的时间内没有新日志，也没有加载进度。"),
            AgentDoes = new("Collects evidence and starts the engine once more; then hands over.", "收集证据并重试启动一次，随后移交人工。"),
            PersonShould = new("See the stage in the incident: slow storage needs a longer `start.stage_timeout`, a stuck collective needs the chips looked "
                + "at.", "查看事件中的阶段：存储慢则延长 start.stage_timeout；集合通信卡住则检查芯片。"),
        },
        Row(EngineHung, Severity.Critical, Rung.Engine, 2, 2) with
        {
            ConfirmAfter = TimeSpan.FromSeconds(5),
            DependsOn = [.. Causes, EngineWorkerDied, EngineStartStalled],
            Title = new("The engine hangs", "引擎挂起"),
            Meaning = new("There is work, and no token was produced for the grace time; canary completions get no answer while the counters stand still; or "
                + "the API server answers nothing, takes no CPU time and the AI cores are idle. /health may well say 200.",
                "存在请求但在宽限时间内没有产生任何 token，或计数器停滞且探测请求无响应，或 API 服务进程不应答、不占用 CPU 且 AI Core 空闲；此时 /health 仍可能返回 200。"),
            AgentDoes = new("Collects evidence, kills the tree, waits for the chip memory, starts, verifies.", "收集证据，结束进程树，等待显存释放，启动并验证。"),
            PersonShould = new("If it repeats: compare the AI-core utilisation of the chips in the bundle, try enforce-eager or fewer graph sizes, send the "
                + "bundle to the vendor.", "若重复出现：对比证据包中各芯片的 AI Core 利用率，尝试 enforce-eager 或减少图尺寸，并将证据包提供给厂商。"),
        },
        Row(EngineNotServing, Severity.Critical, Rung.Engine, 3, 2) with
        {
            ConfirmAfter = TimeSpan.FromSeconds(10),
            DependsOn = [.. Causes, EngineWorkerDied, EngineStartStalled, EngineHung, EngineExited],
            Title = new("The engine does not serve", "引擎无法提供服务"),
            Meaning = new("The process lives, but its port refuses or /health says that the engine core is dead.", "进程仍在，但端口拒绝连接，或 /health 报告引擎核心已死。"),
            AgentDoes = new("Collects evidence, restarts the engine, verifies it.", "收集证据，重启引擎并验证。"),
            PersonShould = new("Read the first error of the engine log in the bundle.", "查看证据包中引擎日志的第一条错误。"),
        },
        Row(EngineExited, Severity.Critical, Rung.Engine, 2, 2) with
        {
            ConfirmAfter = TimeSpan.FromSeconds(3),
            IsCertain = true,
            DependsOn = [.. Causes, EngineWorkerDied, EngineStartStalled],
            Title = new("The engine ended unasked", "引擎意外退出"),
            Meaning = new("The engine's process is gone and nobody asked it to go. Exit code 0 proves nothing: vLLM leaves with 0 when its core dies.",
                "引擎进程在未被要求的情况下退出；退出码 0 不代表正常，vLLM 核心死亡时也返回 0。"),
            AgentDoes = new("Collects evidence, cleans up, starts the engine, verifies it with a completion.", "收集证据，清理残留，启动引擎，并用一次真实推理验证。"),
            PersonShould = new("If it repeats: the first error in the engine log of the bundle names the cause.", "若重复出现：证据包中引擎日志的第一条错误即为原因。"),
        },
        Row(EngineOutputDegraded, Severity.Critical, Rung.Engine, 2, 1) with
        {
            Limit = Rung.Engine,
            DependsOn = Below,
            Title = new("The engine's answers are garbage", "引擎输出异常"),
            Meaning = new("Canary completions come back wrong: repetition, symbols, or not the expected words. All else is green.",
                "探测请求的返回内容错误：重复、乱码或非预期内容；其他指标均正常。"),
            AgentDoes = new("Collects evidence and restarts the engine once, which loads the weights anew; then hands over.", "收集证据并重启引擎一次以重新加载权重，随后移交人工。"),
            PersonShould = new("Check the quantization setting and the checksum of the weights; test the chips for memory errors.", "检查量化配置与权重校验和，并检测芯片内存错误。"),
        },
        Row(EngineSlow, Severity.Warning, Rung.Note, 2, 1) with
        {
            ConfirmAfter = TimeSpan.FromSeconds(10),
            DependsOn = [.. Below, EnginePaused, EngineHung],
            Title = new("The engine is slow", "引擎响应缓慢"),
            Meaning = new("A canary on an idle engine takes more time for a token than `canary.max_seconds_per_token` allows.",
                "引擎空闲时，探测请求单 token 耗时超过 canary.max_seconds_per_token。"),
            AgentDoes = new("Records it and tells: slow is not dead.", "记录并通知：慢并不等于失效。"),
            PersonShould = new("Look for a lowered chip clock, heat, a busy host CPU or a noisy neighbour.", "检查芯片降频、温度、主机 CPU 占用或其他作业干扰。"),
        },
        Row(EngineMetricsMissing, Severity.Info, Rung.Note, 3, 1) with
        {
            ConfirmAfter = TimeSpan.FromSeconds(60),
            DependsOn = [.. Causes, EnginePaused, EngineHung, EngineNotServing, EngineExited],
            Title = new("The engine shows no metrics", "引擎未提供指标"),
            Meaning = new("/metrics answers without vLLM's counters, so a stall can be seen by canary only.", "/metrics 中没有 vLLM 计数器，只能通过探测请求发现停滞。"),
            AgentDoes = new("Records it and tells.", "记录并通知。"),
            PersonShould = new("Remove --disable-log-stats, or empty PROMETHEUS_MULTIPROC_DIR.", "去掉 --disable-log-stats，或清空 PROMETHEUS_MULTIPROC_DIR。"),
        },
    ];

    private static Fault Row(string code, Severity severity, Rung startsAt, int sightings, int attempts) => new()
    {
        Code = code,
        On = SubjectKind.Engine,
        Severity = severity,
        StartsAt = startsAt,
        // Engine faults never widen beyond orphans: chips that look well are not reset for an engine's sake.
        Limit = startsAt is Rung.Engine or Rung.Orphans ? Rung.Orphans : startsAt,
        ConfirmAfter = TimeSpan.FromSeconds(2),
        Sightings = sightings,
        Attempts = attempts,
        DependsOn = Below,
        Title = new("", ""),
        Meaning = new("", ""),
        AgentDoes = new("", ""),
        PersonShould = new("", ""),
    };
}
