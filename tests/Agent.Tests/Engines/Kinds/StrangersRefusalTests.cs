using Agent.Adapters.Processes;
using Agent.Engines.Kinds;

namespace Agent.Tests.Engines.Kinds;

/// <summary>Refusals of docker, podman, isula and systemctl in the words of other versions; the readings were decided before they were played.</summary>
public sealed class StrangersRefusalTests
{
    [Theory]
    // What passes.
    [InlineData(nameof(RefusalClass.Passes),
        "docker: Error response from daemon: driver failed programming external connectivity on endpoint npu (1f): Bind for 0.0.0.0:8000 failed: port is "
        + "already allocated.")]
    [InlineData(nameof(RefusalClass.Passes), "Error: rootlessport listen tcp 0.0.0.0:8000: bind: address already in use")]
    [InlineData(nameof(RefusalClass.Passes), "docker: Error response from daemon: toomanyrequests: You have reached your pull rate limit.")]
    [InlineData(nameof(RefusalClass.Passes),
        "docker: Error response from daemon: Get \"https://quay.example/v2/\": dial tcp: lookup quay.example on 10.0.0.1:53: no such host")]
    [InlineData(nameof(RefusalClass.Passes), "docker: fork/exec /usr/bin/runc: resource temporarily unavailable")]
    [InlineData(nameof(RefusalClass.Passes),
        "failed to connect to the docker API at unix:///var/run/docker.sock; check if the path is correct and if the daemon is running: dial unix "
        + "/var/run/docker.sock: connect: no such file or directory")]
    [InlineData(nameof(RefusalClass.Passes),
        "docker: Error response from daemon: failed to create task for container: failed to start shim: start failed: : fork/exec "
        + "/usr/bin/containerd-shim-runc-v2: cannot allocate memory: unknown")]
    [InlineData(nameof(RefusalClass.Passes),
        "Error response from daemon: container 17a6: driver \"overlay2\" failed to remove root filesystem: unlinkat /d/merged: device or resource busy")]
    [InlineData(nameof(RefusalClass.Passes),
        "Error response from daemon: Conflict. The name \"/npu\" is already in use by container 17a6. You have to remove (or rename) that container to be "
        + "able to reuse that name.")]
    [InlineData(nameof(RefusalClass.Passes), "Error: acquiring lock 3 for container 17a6: file exists")]
    [InlineData(nameof(RefusalClass.Passes),
        "Error response from daemon: You cannot remove a running container 17a6. Stop the container before attempting removal or force remove")]
    [InlineData(nameof(RefusalClass.Passes), "Error response from daemon: dial unix /run/containerd/containerd.sock: connect: connection refused: unavailable")]
    // A person's.
    [InlineData(nameof(RefusalClass.Person),
        "Got permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock: Get http://x: dial unix "
        + "/var/run/docker.sock: connect: permission denied")]
    [InlineData(nameof(RefusalClass.Person), "permission denied while trying to connect to the docker API at unix:///var/run/docker.sock")]
    [InlineData(nameof(RefusalClass.Person), "Error response from daemon: authorization denied by plugin opa: not allowed")]
    // Settings.
    [InlineData(nameof(RefusalClass.Configuration),
        "docker: Error response from daemon: error gathering device information while adding custom device \"/dev/davinci8\": no such file or directory.")]
    [InlineData(nameof(RefusalClass.Configuration), "Error: stat /dev/davinci9: no such file or directory")]
    [InlineData(nameof(RefusalClass.Configuration), "docker: invalid reference format: repository name must be lowercase.\nSee 'docker run --help'.")]
    [InlineData(nameof(RefusalClass.Configuration),
        "docker: Error response from daemon: manifest for quay.example/vllm:9 not found: manifest unknown: manifest unknown.")]
    [InlineData(nameof(RefusalClass.Configuration),
        "Error: initializing source docker://quay.example/vllm:9: reading manifest 9 in quay.example/vllm: manifest unknown")]
    [InlineData(nameof(RefusalClass.Configuration),
        "docker: Error response from daemon: invalid mount config for type \"bind\": bind source path does not exist: /models/none.")]
    [InlineData(nameof(RefusalClass.Configuration), "docker: Error response from daemon: Minimum memory limit allowed is 6MB.")]
    [InlineData(nameof(RefusalClass.Configuration), "docker: Error response from daemon: could not select device driver \"\" with capabilities: [[gpu]].")]
    [InlineData(nameof(RefusalClass.Configuration), "docker: Error response from daemon: network npu-net not found.")]
    [InlineData(nameof(RefusalClass.Configuration),
        "Error: short-name \"vllm\" did not resolve to an alias and no unqualified-search registries are defined in \"/etc/containers/registries.conf\"")]
    [InlineData(nameof(RefusalClass.Configuration), "Error: OCI runtime error: crun: executable file `vllmx` not found in $PATH: No such file or directory")]
    [InlineData(nameof(RefusalClass.Configuration),
        "docker: Error response from daemon: OCI runtime create failed: container_linux.go:380: starting container process caused: exec: \"vllmx\": "
        + "executable file not found in $PATH: unknown.")]
    [InlineData(nameof(RefusalClass.Configuration), "docker: Error response from daemon: unauthorized: authentication required.")]
    [InlineData(nameof(RefusalClass.Person),
        "docker: Error response from daemon: error while creating mount source path '/models': mkdir /models: read-only file system.")]
    [InlineData(nameof(RefusalClass.Configuration), "unknown shorthand flag: 'q' in -q9\nSee 'docker run --help'.")]
    [InlineData(nameof(RefusalClass.Configuration), "docker: invalid argument \"12q\" for \"-m, --memory\" flag: invalid size: '12q'")]
    [InlineData(nameof(RefusalClass.Configuration), "docker: invalid publish opts format (should be name=value but got 'a').")]
    [InlineData(nameof(RefusalClass.Configuration), "docker: Error response from daemon: conflicting options: host type networking can't be used with links.")]
    public void A_container_tool_is_understood(string of, string said) => Classified(ContainerRefusals.All, said).Class.ToString().ShouldBe(of);

    [Theory]
    [InlineData(nameof(RefusalClass.Configuration), "Failed to start x.service: Unit not found.")]
    [InlineData(nameof(RefusalClass.Configuration), "Failed to start x.service: Unit x.service failed to load: No such file or directory.")]
    [InlineData(nameof(RefusalClass.Configuration), "Failed to start x.service: Unit x.service is not loaded properly: Invalid argument.")]
    [InlineData(nameof(RefusalClass.Configuration),
        "Failed to start x.service: Unit x.service failed to load properly, please adjust/correct and reload service manager: Exec format error")]
    [InlineData(nameof(RefusalClass.Configuration), "Failed to start x@.service: Unit name x@.service is missing the instance name.")]
    [InlineData(nameof(RefusalClass.Configuration), "Failed to start x.service: Unit name x y.service is not valid.")]
    [InlineData(nameof(RefusalClass.Person), "Failed to start x.service: Unit is masked.")]
    [InlineData(nameof(RefusalClass.Person),
        "Failed to start x.service: Access denied as the requested operation requires interactive authentication. However, interactive authentication has "
        + "not been enabled by the calling program.")]
    [InlineData(nameof(RefusalClass.Person),
        "Failed to start x.service: The name org.freedesktop.PolicyKit1 was not provided by any .service files\nSee system logs and 'systemctl status "
        + "x.service' for details.")]
    [InlineData(nameof(RefusalClass.Person), "Failed to connect to bus: Operation not permitted")]
    [InlineData(nameof(RefusalClass.Person), "Failed to connect to bus: Permission denied")]
    [InlineData(nameof(RefusalClass.Passes), "Failed to start x.service: Message recipient disconnected from message bus without replying")]
    [InlineData(nameof(RefusalClass.Passes),
        "Failed to start x.service: Failed to activate service 'org.freedesktop.systemd1': timed out (service_start_timeout=25000ms)")]
    [InlineData(nameof(RefusalClass.Passes),
        "Warning: The unit file, source configuration file or drop-ins of x.service changed on disk. Run 'systemctl daemon-reload' to reload units.\nJob for "
        + "x.service failed because a fatal signal was delivered to the control process.")]
    [InlineData(nameof(RefusalClass.Passes), "Failed to start x.service: Connection reset by peer")]
    [InlineData(nameof(RefusalClass.Passes), "Failed to get D-Bus connection: Connection refused")]
    public void Systemctl_is_understood(string of, string said) => Classified(UnitRefusals.All, said).Class.ToString().ShouldBe(of);

    private static KindRefusal Classified(IReadOnlyList<RefusalWords> table, string said) =>
        RefusalWords.Classify(table,
            ToolRefusal.Of(new ProcessResult(CommandLine.Of(["docker", "run"]), ProcessEnd.Exited, 125, "", said, false, TimeSpan.FromSeconds(10))),
            "it was not started");
}
