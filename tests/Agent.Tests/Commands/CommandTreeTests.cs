using System.CommandLine;
using System.Reflection;
using Agent.Commands.Syntax;

namespace Agent.Tests.Commands;

/// <summary>A command that nobody hangs into the tree is in no help, no manual page and no completion, and nobody can call it.</summary>
public sealed class CommandTreeTests
{
    [Fact]
    public void Every_command_is_in_the_tree()
    {
        var known = Below(CommandTree.Create()).Select(c => (c.Name, c.Description)).ToHashSet();
        var made = Makers().Select(m => (m.DeclaringType!.Name, Command: (Command)m.Invoke(null, null)!)).ToList();
        made.Count.ShouldBeGreaterThan(15);
        made.Where(m => !known.Contains((m.Command.Name, m.Command.Description))).Select(m => m.Name).ShouldBeEmpty();
    }

    [Fact]
    public void Every_file_of_a_command_makes_one() =>
        Types().Where(t => t.Name.EndsWith("Command", StringComparison.Ordinal)).Select(t => t.Name)
            .ShouldBe(Makers().Select(m => m.DeclaringType!.Name), ignoreOrder: true);

    private static IEnumerable<Command> Below(Command command) => command.Subcommands.SelectMany(c => Below(c).Prepend(c));

    private static IEnumerable<MethodInfo> Makers() => Types().SelectMany(t => t.GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static))
        .Where(m => m.Name == "Create" && m.ReturnType == typeof(Command) && m.GetParameters().Length == 0);

    private static IEnumerable<Type> Types() =>
        typeof(CommandTree).Assembly.GetTypes().Where(t => t.Namespace?.StartsWith("Agent.Commands", StringComparison.Ordinal) == true && !t.IsNested);
}
