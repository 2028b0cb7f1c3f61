using System.CommandLine;

namespace Agent.Commands;

internal static class DemoCommand
{
    public static Command Create() => CommandLineParts.Command("demo", "demo");
}
