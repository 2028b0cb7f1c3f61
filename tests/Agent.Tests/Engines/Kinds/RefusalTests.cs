using Agent.Adapters.Processes;
using Agent.Domain.Faults;
using Agent.Engines.Kinds;
using Agent.Engines.Starting;

namespace Agent.Tests.Engines.Kinds;

/// <summary>
/// What tools were seen to say: podman 4.3.1 and docker 28.2.2 asked on Debian 12, systemctl 252 on a booted Debian 12, moby's and
/// iSulad's sources and public threads. What is to be done is by the words, whatever stands around them.
/// </summary>
public sealed class RefusalTests
{
    [Theory]
    // A container that comes or goes.
    [InlineData(nameof(RefusalClass.Passes), "Error response from daemon: removal of container f3ceb7dee8a6 is already in progress")]
    [InlineData(nameof(RefusalClass.Passes), "Error: Container:abc was already in removal progress")]
    [InlineData(nameof(RefusalClass.Passes), "Error response from daemon: container is marked for removal and cannot be started")]
    [InlineData(nameof(RefusalClass.Passes),
        "docker: Error response from daemon: Conflict. The container name \"/npu-engine-deepseek\" is already in use by container \"17a6fc\". You have to "
        + "remove (or rename) that container to be able to reuse that name.\nSee 'docker run --help'.")]
    [InlineData(nameof(RefusalClass.Passes),
        "Error: creating container storage: the container name \"hk2\" is already in use by 17a6fcdc42eb. You have to remove that container to be able to "
        + "reuse that name: that name is already in use")]
    [InlineData(nameof(RefusalClass.Passes), "Error response from daemon: Container abc is restarting, wait until the container is running")]
    [InlineData(nameof(RefusalClass.Passes), "Error: container 72024eaf is running or paused, refusing to clean up: container state improper")]
    [InlineData(nameof(RefusalClass.Passes),
        "Error response from daemon: cannot remove container \"/x\": could not kill: tried to kill container, but did not receive an exit event")]
    // A daemon that is away or slow.
    [InlineData(nameof(RefusalClass.Passes), "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?")]
    [InlineData(nameof(RefusalClass.Passes), "Can not connect with server.Is the iSulad daemon running on the host?")]
    [InlineData(nameof(RefusalClass.Passes),
        "docker: error during connect: Post \"http://%2Fvar%2Frun%2Fdocker.sock/v1.47/containers/create\": EOF\nCannot connect to the Docker daemon at "
        + "unix:///var/run/docker.sock.")]
    [InlineData(nameof(RefusalClass.Passes), "Error response from daemon: context deadline exceeded")]
    [InlineData(nameof(RefusalClass.Passes), "Container abc inspect failed due to trylock timeout for 120s.")]
    [InlineData(nameof(RefusalClass.Passes), "Error: unable to lock container: database is locked")]
    [InlineData(nameof(RefusalClass.Passes),
        "docker: Error response from daemon: driver failed: unlinkat /var/lib/docker/overlay2/x/merged: device or resource busy")]
    [InlineData(nameof(RefusalClass.Room), "docker: Error response from daemon: mkdir /var/lib/docker/overlay2/x: disk quota exceeded")]
    [InlineData(nameof(RefusalClass.Room), "Error: creating container storage: write /var/lib/containers/x: no space left on device")]
    [InlineData(nameof(RefusalClass.Passes),
        "Unable to find image 'vllm:1' locally\ndocker: Error response from daemon: Get \"https://quay.io/v2/\": net/http: TLS handshake timeout")]
    // What nobody knows.
    [InlineData(nameof(RefusalClass.Passes), "docker: Error response from daemon: something that a later release says")]
    [InlineData(nameof(RefusalClass.Passes), "")]
    // A person's.
    [InlineData(nameof(RefusalClass.Person),
        "permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock: Get \"http://x\": dial unix "
        + "/var/run/docker.sock: connect: permission denied")]
    [InlineData(nameof(RefusalClass.Person), "Error response from daemon: Container abc is paused. Unpause the container before stopping or killing")]
    // Settings.
    [InlineData(nameof(RefusalClass.Configuration), "unknown flag: --bogus\n\nUsage:  docker run [OPTIONS] IMAGE [COMMAND] [ARG...]")]
    [InlineData(nameof(RefusalClass.Configuration), "Error: unknown flag: --bogus\nSee 'podman run --help'")]
    [InlineData(nameof(RefusalClass.Configuration), "unknown flag: --restart-timeout")]
    [InlineData(nameof(RefusalClass.Configuration),
        "Error: runc: runc create failed: unable to start container process: exec: \"/bin/nosuch\": stat /bin/nosuch: no such file or directory: OCI runtime "
        + "attempted to invoke a command that was not found")]
    [InlineData(nameof(RefusalClass.Configuration), "Error: statfs /nosuch/dir: no such file or directory")]
    [InlineData(nameof(RefusalClass.Configuration), "Error: unable to translate --shm-size: invalid size: 'abc'")]
    [InlineData(nameof(RefusalClass.Configuration),
        "docker: Error response from daemon: pull access denied for vllm-ascend, repository does not exist or may require 'docker login'")]
    [InlineData(nameof(RefusalClass.Configuration), "docker: Error response from daemon: unknown or invalid runtime name: ascend")]
    public void A_container_tool_is_understood(string of, string said) => Classified(ContainerRefusals.All, said).Class.ToString().ShouldBe(of);

    [Theory]
    [InlineData(nameof(RefusalClass.Person), "Failed to start x.service: Unit x.service is masked.")]
    [InlineData(nameof(RefusalClass.Person),
        "Failed to start x.service: Interactive authentication required.\nSee system logs and 'systemctl status x.service' for details.")]
    [InlineData(nameof(RefusalClass.Person), "Failed to start x.service: Access denied")]
    [InlineData(nameof(RefusalClass.Person),
        "Failed to start only.service: Operation refused, unit only.service may be requested by dependency only (it is configured to refuse manual "
        + "start/stop).")]
    [InlineData(nameof(RefusalClass.Passes), "Job for slowstart.service canceled.")]
    [InlineData(nameof(RefusalClass.Passes),
        "Failed to start conf.service: Transaction for conf.service/start is destructive (integritysetup.target has 'stop' job queued, but 'start' is "
        + "included in transaction).")]
    [InlineData(nameof(RefusalClass.Passes), "A dependency job for dep.service failed. See 'journalctl -xe' for details.")]
    [InlineData(nameof(RefusalClass.Passes), "Job for tmo.service failed because a timeout was exceeded.")]
    [InlineData(nameof(RefusalClass.Passes), "Job for often.service failed because start of the service was attempted too often.")]
    [InlineData(nameof(RefusalClass.Passes), "Failed to start x.service: Connection timed out")]
    [InlineData(nameof(RefusalClass.Passes), "Failed to connect to bus: No such file or directory")]
    [InlineData(nameof(RefusalClass.Passes), "Failed to get properties: Transport endpoint is not connected")]
    [InlineData(nameof(RefusalClass.Passes), "Failed to start x.service: words of a later systemd")]
    [InlineData(nameof(RefusalClass.Configuration), "Failed to start nosuch.service: Unit nosuch.service not found.")]
    [InlineData(nameof(RefusalClass.Configuration), "Failed to start bad.service: Unit bad.service has a bad unit file setting.")]
    [InlineData(nameof(RefusalClass.Configuration),
        "System has not been booted with systemd as init system (PID 1). Can't operate.\nFailed to connect to bus: Host is down")]
    public void Systemctl_is_understood(string of, string said) => Classified(UnitRefusals.All, said).Class.ToString().ShouldBe(of);

    [Fact]
    public void The_line_with_the_reason_is_told_and_not_the_first()
    {
        Classified(ContainerRefusals.All,
            "Unable to find image 'v:1' locally\ndocker: Error response from daemon: pull access denied for v, repository does not exist")
            .Text.ShouldBe("it was not started: docker: exit code 125: docker: Error response from daemon: pull access denied for v, repository does not "
                + "exist; name an image that is here or may be pulled, or log in to its registry");
        Classified(ContainerRefusals.All,
            "time=\"2026-11-29T08:33:55Z\" level=warning msg=\"x\"\nError: new words").Text.ShouldEndWith("exit code 125: Error: new words");
    }

    [Theory]
    [InlineData(nameof(ProcessEnd.NotFound), nameof(RefusalClass.Configuration))]
    [InlineData(nameof(ProcessEnd.TimedOut), nameof(RefusalClass.Passes))]
    [InlineData(nameof(ProcessEnd.Abandoned), nameof(RefusalClass.Passes))]
    [InlineData(nameof(ProcessEnd.CouldNotStart), nameof(RefusalClass.Passes))]
    public void A_tool_that_gave_no_word_is_understood_by_its_end(string end, string of) =>
        RefusalWords.Classify(ContainerRefusals.All, ToolRefusal.Of(Result("", Enum.Parse<ProcessEnd>(end))),
            "it was not started").Class.ToString().ShouldBe(of);

    [Theory]
    [InlineData(nameof(RefusalClass.Passes), false, FaultCodes.EngineStartHeldUp)]
    [InlineData(nameof(RefusalClass.Person), false, FaultCodes.EngineStartForbidden)]
    [InlineData(nameof(RefusalClass.Configuration), false, FaultCodes.EngineLaunchMisconfigured)]
    [InlineData(nameof(RefusalClass.Configuration), true, FaultCodes.EngineConfigError)]
    public void Every_class_is_a_fault_of_its_own(string of, bool ofEngine, string fault) =>
        StartRefusal.Of(new KindRefusal(Enum.Parse<RefusalClass>(of), "words") { IsOfEngine = ofEngine }).ShouldBe(new StartRefusal(fault, "words"));

    [Fact]
    public void Every_row_says_where_its_words_were_found() =>
        ContainerRefusals.All.Concat(UnitRefusals.All).ShouldAllBe(r => r.Source.Length > 0 && r.Words.All(w => w.Length > 0));

    private static KindRefusal Classified(IReadOnlyList<RefusalWords> table, string said) =>
        RefusalWords.Classify(table, ToolRefusal.Of(Result(said, ProcessEnd.Exited)), "it was not started");

    private static ProcessResult Result(string said, ProcessEnd end) =>
        new(CommandLine.Of(["docker", "run"]), end, 125, "", said, false, TimeSpan.FromSeconds(10));
}
