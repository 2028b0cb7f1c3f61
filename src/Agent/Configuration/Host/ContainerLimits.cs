using Agent.Domain;
using Agent.Domain.Recovery;

namespace Agent.Configuration.Host;

/// <summary>What the agent cannot do from inside a container, told by `check` and `config validate` before it matters.</summary>
internal static class ContainerLimits
{
    // Images set it (packaging/container), and so do podman, systemd-nspawn and LXC.
    private const string Variable = "container";

    /// <summary>Null when the agent runs in no container.</summary>
    public static string? Here(AgentSettings settings) => Of(settings, Environment.GetEnvironmentVariable(Variable));

    public static string? Of(AgentSettings settings, string? container) => (container, settings.Mode, settings.Language) switch
    {
        (null or "", _, _) => null,
        (_, AgentMode.Observe, Language.Chinese) => "容器内运行：只观察和通知。主机的 systemctl、容器命令和日志工具不在镜像中，证据包缺少它们的内容。",
        (_, AgentMode.Observe, _) => "in a container: the agent watches and tells. systemctl, container tools and log tools of the host are not in its "
            + "image, and their evidence is missing from bundles.",
        (_, _, Language.Chinese) => "容器内运行：它启动的引擎会随容器一起结束，也无法重启驱动单元。请设置 mode: observe；需要恢复功能时请在主机上安装软件包。",
        _ => "in a container: an engine that it starts ends with the container, and the driver's unit cannot be restarted. Set mode: observe here; for "
            + "recovery install the package on the host.",
    };
}
