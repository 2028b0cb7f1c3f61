using static Agent.Engines.Kinds.RefusalWords;

namespace Agent.Engines.Kinds;

/// <summary>
/// The words of docker, podman and isula when they refuse, in the order in which a line is compared with them. Refusals that pass stand before those
/// of a missing thing, because a daemon that is away shows as a missing file, too. Words decide and not exit codes: all of them exit with 125.
/// </summary>
internal static class ContainerRefusals
{
    private const string Docker = "docker 28 and moby's daemon";
    private const string Podman = "podman 4.3.1";
    private const string Isula = "iSulad, April 2026 (service_container.c, execution_create.c, inspect_container.c, error.h)";
    private const string Go = "libraries of Go that docker and podman share";
    private const string Kernel = "errno texts of Linux";

    public static readonly IReadOnlyList<RefusalWords> All =
    [
        // An option may have any word in its name, so this row comes first.
        Setting("unknown flag", Docker + ", " + Podman + ", " + Isula),
        Setting("unknown shorthand flag", Docker + ", " + Podman),
        Setting("flag needs an argument", Docker + ", " + Podman),

        Person("permission denied while trying to connect", Docker, "let the agent's user speak to the daemon: its group is docker, or isula"),
        Person("permission denied*.sock", Docker, "let the agent's user speak to the daemon: its group is docker, or isula"),
        Person(".sock*permission denied", Docker, "let the agent's user speak to the daemon: its group is docker, or isula"),
        Person("authorization denied by plugin", Docker, "an authorization plugin of the daemon forbids it"),
        Person("is paused", Docker + ", " + Isula, "let it go on or remove it: unpause CONTAINER"),

        // A container that comes or goes.
        Passes("removal of container*in progress", Docker + "; moby 34877"),
        Passes("removal in progress", Docker + "; moby 22312"),
        Passes("already in removal progress", Isula),
        Passes("marked for removal", Docker + ", " + Isula),
        Passes("being removed", Docker),
        Passes("name*already in use", Docker + ", " + Podman + ", " + Isula, "if it stays so: a container or its storage has the name; remove it by hand"),
        Passes("is restarting", Docker + "; 'is restarting, wait until the container is running'"),
        Passes("container state improper", Podman),
        Passes("cannot remove a running container", Docker + ", " + Isula),
        Passes("did not receive an exit event", Docker),
        Passes("could not kill", Docker),

        // A daemon that is away or slow.
        Passes("cannot connect to the docker daemon", Docker, "see whether it runs: systemctl status docker"),
        Passes("failed to connect to the docker api", "docker 29", "see whether it runs: systemctl status docker"),
        Passes("cannot connect to podman", Podman),
        Passes("can not connect with server", Isula, "see whether it runs: systemctl status isulad"),
        Passes("daemon running", Docker + ", " + Isula, "see whether its daemon runs"),
        Passes("connection refused", Go),
        Passes("connection reset by peer", Go),
        Passes("broken pipe", Kernel),
        Passes("transport is closing", Go),
        Passes("error reading from server", Go),
        Passes("unexpected EOF", Go),
        Passes("shutting down", Docker),
        Passes("deadline exceeded", Go),
        Passes("deadlineexceeded", Go),
        Passes("timed out", Go),
        Passes("timeout", Go + "; 'trylock timeout' of iSulad, 'TLS handshake timeout' of a registry"),
        Passes("temporary failure in name resolution", Go),
        Passes("server misbehaving", Go),
        Passes("no route to host", Kernel),
        Passes("too many requests", Go),
        Passes("toomanyrequests", Docker),

        // The host has too little of these, or lends them to another process.
        Passes("device or resource busy", Kernel),
        Passes("device is busy", Docker),
        Passes("text file busy", Kernel),
        Passes("resource temporarily unavailable", Kernel),
        Passes("cannot allocate memory", Kernel),
        Passes("database is locked", Podman),
        Passes("acquiring lock", Podman),
        Room("no space left on device", Kernel, "make room where the container tool keeps images and containers"),
        Room("disk quota exceeded", Kernel, "make room where the container tool keeps images and containers, or raise the quota"),
        Passes("too many open files", Kernel),

        // Only a person can change these, and no setting of the engine is wrong.
        Person("operation not permitted", Kernel, "a limit or a right of the host is in the way"),
        Person("read-only file system", Kernel, "see why the host mounted it so: dmesg"),

        // The tool will say these again at every start.
        Setting("invalid", Docker + ", " + Podman + ", " + Isula
            + "; 'invalid argument', 'invalid reference format', 'invalid size', 'unknown or invalid runtime name'"),
        Setting("unable to translate", Podman),
        Setting("unknown log opt", Docker),
        Setting("unknown runtime", Docker),
        Setting("could not select device driver", Docker),
        Setting("network *not found", Docker),
        Setting("minimum memory limit", Docker),
        Setting("did not resolve to an alias", Podman, "name the image with its registry"),
        Setting("conflicting options", Docker),
        Setting("duplicate mount point", Docker),
        Setting("must be an absolute path", Docker + ", " + Podman),
        Setting("pull access denied", Docker, "name an image that is here or may be pulled, or log in to its registry"),
        Setting("manifest unknown", Docker + ", " + Podman, "name an image that is here or may be pulled"),
        Setting("manifest for*not found", Docker, "name an image that is here or may be pulled"),
        Setting("repository does not exist", Docker, "name an image that is here or may be pulled"),
        Setting("unauthorized", Docker + ", " + Podman, "log in to the image's registry"),
        Setting("no such image", Docker + ", " + Isula, "name an image that is here or may be pulled"),
        Setting("image not known", Podman, "name an image that is here or may be pulled"),
        Setting("unable to find image", Docker + ", " + Isula, "name an image that is here or may be pulled"),
        Setting("executable file not found", Docker, "command is looked for in the image"),
        Setting("command that was not found", Podman, "command is looked for in the image"),
        Setting("no such file or directory", Kernel, "a mount, a device or the command names it"),
        Setting("error gathering device information", Docker),
        Setting("not a directory", Kernel),
        Setting("exec format error", Kernel, "the image is for another processor"),
        Person("permission denied", Kernel, "a right of the host is in the way"),
    ];
}
