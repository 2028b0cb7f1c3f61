using Agent.Adapters.Processes;

namespace Agent.Tests.Adapters;

public sealed class OwnMemoryTests
{
    private const string Program = "/usr/bin/npu-agent";

    // The second one was written to by the loader before it was closed; the others are not the program's or can be written to.
    private static readonly string[] Smaps =
    [
        "1000-3000 r-xp 00000000 fe:00 12                         /usr/bin/npu-agent",
        "Rss:                   8 kB",
        "Anonymous:             0 kB",
        "VmFlags: rd ex mr mw me sd",
        "4000-5000 r--p 00002000 fe:00 12                         /usr/bin/npu-agent",
        "Anonymous:             4 kB",
        "6000-9000 r--p 00004000 fe:00 12                         /usr/bin/npu-agent",
        "Anonymous:             0 kB",
        "9000-a000 rw-p 00007000 fe:00 12                         /usr/bin/npu-agent",
        "Anonymous:             0 kB",
        "a000-b000 r--p 00000000 00:00 0 ",
        "Anonymous:             0 kB",
        "b000-c000 r-xp 00000000 fe:00 13                         /usr/lib/libc.so.6",
        "Anonymous:             0 kB",
        "ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0  [vsyscall]",
        "Anonymous:             0 kB",
    ];

    [Fact]
    public void Only_pages_that_come_back_from_the_file_are_given_back() =>
        OwnMemory.Unwritten(Smaps, Program).ShouldBe([(0x1000, 0x2000), (0x6000, 0x3000)]);
}
