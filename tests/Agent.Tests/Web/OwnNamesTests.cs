using Agent.Adapters.Network;

namespace Agent.Tests.Web;

public sealed class OwnNamesTests
{
    [Fact]
    public void A_machine_has_the_names_that_its_own_files_give_it()
    {
        string[] hosts = ["127.0.0.1 localhost", "127.0.1.1\tnpu-host-1.example.com NPU-HOST-1 # that is us", "# 10.0.0.9 npu-host-1 old",
            "10.0.0.6 npu-host-2.example.com npu-host-2", "npu-host-1"];
        string[] resolver = ["nameserver 10.0.0.1", "search example.com lab.example.com. .", "options ndots:2"];
        OwnNames.Of("npu-host-1", hosts, resolver).ShouldBe(["npu-host-1", "npu-host-1.example.com", "npu-host-1.lab.example.com"]);
    }

    [Fact]
    public void A_host_name_with_its_domain_is_known_short_and_long() =>
        OwnNames.Of("npu-host-1.example.com", [], []).ShouldBe(["npu-host-1.example.com", "npu-host-1"]);

    [Fact]
    public void The_name_of_this_machine_is_among_its_names() => OwnNames.Read().ShouldContain(System.Net.Dns.GetHostName());
}
