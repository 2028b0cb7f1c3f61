using System.Collections.Immutable;
using Agent.Domain.Observations;
using Agent.Domain.Recovery;
using static Agent.Domain.Faults.FaultCodes;

namespace Agent.Domain.Faults;

public static partial class FaultCodes
{
    public const string EngineWorkWaits = "engine-work-waits";
    public const string EngineCanaryUnanswered = "engine-canary-unanswered";
}

/// <summary>Requests stay unanswered, and nothing says that the engine itself is broken: a person is told, and nothing is touched.</summary>
internal static class EngineUnservedFaults
{
    public static readonly ImmutableArray<Fault> All =
    [
        Row(EngineWorkWaits, Severity.Critical) with
        {
            ConfirmAfter = TimeSpan.FromMinutes(2),
            Sightings = 3,
            Title = new("Requests wait, and the engine runs none", "请求在等待，引擎未运行任何请求"),
            Meaning = new(
                "The engine serves, has free places and lets its requests wait. "
                + "With disaggregated prefill they wait for KV blocks of a partner that is gone or does not send (WAITING_FOR_REMOTE_KVS).",
                "引擎在服务且有空闲位置，但其请求一直在等待。在预填充与解码分离的部署中，它们在等待另一端实例的 KV 数据，而该实例已失效或不发送（WAITING_FOR_REMOTE_KVS）。"),
            AgentDoes = new(
                "Records it and tells. It does not restart the engine: a restart loses the requests and brings no partner back. "
                + "If canaries stay unanswered, too, the engine hangs.",
                "记录并通知。不重启引擎：重启会丢失请求，也不能恢复另一端。若探测请求也无响应，则按挂起处理。"),
            PersonShould = new(
                "Look at the partner: do the prefill instance and the KV store (Mooncake, LMCache) run, do both ends reach each other's ports, "
                + "was the partner started anew under the same address? The KV connector's lines in the engine's log name the end that is missing. "
                + "Restart the partner; `npu-agent engine restart NAME` only if requests stay after it is back.",
                "检查另一端：预填充实例与 KV 存储（Mooncake、LMCache）是否运行，两端端口是否互通，另一端是否以相同地址重新启动过。"
                + "引擎日志中 KV connector 的输出会指明缺失的一端。先重启另一端；若其恢复后请求仍不推进，再执行 npu-agent engine restart NAME。"),
        },
        Row(EngineCanaryUnanswered, Severity.Warning) with
        {
            Title = new("Canary completions stay without an answer", "探测请求一直没有响应"),
            Meaning = new(
                "A dozen of them in a row got no answer. Counters that move say only that others are served: new requests may wait for ever, or be refused.",
                "连续十余次探测请求均无响应。计数器在变化只说明其他请求得到处理：新请求可能一直等待或被拒绝。"),
            AgentDoes = new(
                "Records it and tells, with how the last one ended. Touches nothing: a full queue looks the same.",
                "记录并通知，附上最后一次的结果；不做任何操作：队列已满时现象相同。"),
            PersonShould = new(
                "See in the summary how they end. No answer in time: compare `canary.timeout` with the time that users wait, "
                + "look at the queue and at one data-parallel rank that takes requests and answers none. "
                + "An error status: check `served_model_name` and `api_key_file`.",
                "查看摘要中的结果。超时：将 canary.timeout 与用户的等待时间比较，检查排队情况以及是否有某个数据并行 rank 只接收不应答。返回错误状态：检查 served_model_name 与 api_key_file。"),
        },
    ];

    private static Fault Row(string code, Severity severity) => new()
    {
        Code = code,
        On = SubjectKind.Engine,
        Severity = severity,
        StartsAt = Rung.Note,
        Limit = Rung.Note,
        ConfirmAfter = TimeSpan.Zero,
        Sightings = 1,
        DependsOn = EngineQuietFaults.Louder,
        Title = new("", ""),
        Meaning = new("", ""),
        AgentDoes = new("", ""),
        PersonShould = new("", ""),
    };
}
