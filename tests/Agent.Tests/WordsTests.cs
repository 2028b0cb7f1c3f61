using System.CommandLine;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Agent.Commands.Syntax;
using Agent.Configuration;
using Agent.Domain;
using Agent.Domain.Engines;
using Agent.Reports;

namespace Agent.Tests;

/// <summary>What comes from outside names a member of an enum by its word: .NET by itself takes any number for one.</summary>
public sealed class WordsTests
{
    private static readonly string[] NoWords = ["0", "1", "99", "-1", "+1", " 1", "0x1", "", " ", "Idle,Busy", "1,2"];

    [Fact]
    public void A_word_is_a_word()
    {
        foreach (var state in Enum.GetValues<EngineState>())
            Words.Parse<EngineState>(Words.Kebab(state.ToString())).ShouldBe(state);
        foreach (var text in NoWords)
            Words.Parse<EngineState>(text).ShouldBeNull();
    }

    [Fact]
    public void No_option_takes_a_number_for_a_word()
    {
        var options = Options(CommandTree.Create()).Where(o => o.Option.ValueType.IsEnum).ToList();
        options.Count.ShouldBeGreaterThan(5);
        foreach (var (command, option) in options)
        {
            foreach (var text in NoWords.Where(t => t.Length > 0))
                command.Parse([option.Name, text]).Errors.ShouldContain(e =>
                    e.Message.Contains($"{option.Name}: found '{text}', allowed: ", StringComparison.Ordinal), $"{command.Name} {option.Name} {text}");
            command.Parse([option.Name, "text"]).Errors.ShouldNotContain(e => e.Message.Contains(option.Name, StringComparison.Ordinal));
        }
    }

    // SettingsJson is only written: what is read is YAML.
    [Fact]
    public void No_JSON_takes_a_number_for_a_word()
    {
        var contexts = typeof(IncidentDocument).Assembly.GetTypes()
            .Where(t => t.IsSubclassOf(typeof(JsonSerializerContext)) && t != typeof(SettingsJson)).ToList();
        contexts.Count.ShouldBeGreaterThan(5);
        List<string> enums = [];
        foreach (var context in contexts)
        {
            var made = (JsonSerializerContext)context.GetProperty("Default", BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!;
            foreach (var type in context.GetProperties()
                .Where(p => p.PropertyType.IsGenericType && p.PropertyType.GetGenericTypeDefinition() == typeof(JsonTypeInfo<>))
                .Select(p => p.PropertyType.GetGenericArguments()[0]).Where(t => t.IsEnum))
            {
                enums.Add($"{context.Name} {type.Name}");
                foreach (var text in (string[])["0", "99", "-1", $"\"{string.Join(',', Enum.GetNames(type))}\"", .. NoWords.Select(t => $"\"{t}\"")])
                    Should.Throw<JsonException>(() => JsonSerializer.Deserialize(text, made.GetTypeInfo(type)!), $"{context.Name} {type.Name} {text}");
                foreach (var member in Enum.GetValues(type))
                    JsonSerializer.Deserialize($"\"{member}\"", made.GetTypeInfo(type)!).ShouldBe(member);
            }
        }

        enums.ShouldContain("JournalJson Rung");
    }

    private static IEnumerable<(Command Command, Option Option)> Options(Command command) =>
        command.Options.Select(o => (command, o)).Concat(command.Subcommands.SelectMany(Options));
}
