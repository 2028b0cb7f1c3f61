using System.Text;
using Agent.Configuration;
using Agent.Configuration.Yaml;

namespace Agent.Tests.Configuration;

/// <summary>What editors, keyboards and copying put into a YAML file: accepted where it means what it looks like, else told by its place.</summary>
public sealed class YamlTextTests
{
    private const string Engine = "engines:\n  - name: a\n    model: /m\n    chips: [0/0]\n";

    [Theory]
    [InlineData("\uFEFFmode: observe\n" + Engine)]
    [InlineData("\uFEFF---\nmode: observe\n" + Engine)]
    [InlineData("%YAML 1.2\n---\nmode: observe\n" + Engine)]
    [InlineData("mode: observe\n" + Engine + "...\n")]
    [InlineData("mode:\tobserve\n" + Engine)]
    [InlineData("\t# a comment\nmode: observe\n" + Engine)]
    [InlineData("mode: &m observe\nlog: { level: &l debug }\n" + Engine)]
    [InlineData("language: &l en\nmode: observe\n" + Engine + "    environment: { LANGUAGE: *l }\n")]
    [InlineData("mode: observe\n" + Engine + "    environment: { GREETING: \"你好：世界\" }\n")]
    public void What_means_what_it_looks_like_is_taken(string text)
    {
        foreach (var ends in (string[])[text, text.Replace("\n", "\r\n", StringComparison.Ordinal)])
        {
            var load = Load(ends);
            load.Problems.ShouldBeEmpty();
            load.Settings!.Mode.ToString().ShouldBe("Observe");
            load.Settings.Engines[0].Model.ShouldBe("/m");
        }
    }

    [Theory]
    [InlineData("log:\n\tlevel: debug\n", "2:1: a tab in the indentation; YAML wants blanks")]
    [InlineData("log:\n  level: debug\n\tretained_files: 3\n", "3:1: a tab in the indentation; YAML wants blanks")]
    [InlineData("log:\n  level: debug\n  \tretained_files: 3\n", "3:3: a tab in the indentation; YAML wants blanks")]
    [InlineData("x: &a { level: debug }\nlog:\n  <<: *a\n", "3:3: merge keys (<<) are not supported; write the keys of the other section here")]
    [InlineData("vendor_codes: { <<: { A: b } }\n", "1:17: merge keys (<<) are not supported")]
    [InlineData("mode: act\nmode: observe\n", "2:1: the key 'mode' stands twice in its section; keep one of them")]
    [InlineData("log:\n  level: debug\n  level: debug\n", "3:3: the key 'level' stands twice in its section")]
    [InlineData("log: { level: *nope }\n", "no anchor '&nope' stands before the alias '*nope'")]
    [InlineData("mode: act\n---\n", "a second document begins before this place (---); the agent reads one")]
    [InlineData("mode：act\n", "1:5: a full-width colon (：); YAML wants a colon and a blank (: )")]
    [InlineData("log:\n  level： debug\n",
        "2:3: log: expected settings (key: value), found the single value 'level： debug'; it has a full-width colon, and YAML wants a colon and a blank (: )")]
    [InlineData("log:\n\u00a0 level: debug\n", "2:1: a blank of another kind in the indentation (U+00A0); delete it")]
    [InlineData("log:\n\u3000level: debug\n", "2:1: a blank of another kind in the indentation (U+3000); delete it")]
    [InlineData("mo\u200bde: act\n", "1:3: a character that is not seen (U+200B); delete it")]
    [InlineData("mode: act\n\uFEFFlanguage: en\n",
        "2:1: a byte order mark in the middle of the file, as two files leave it that were joined (U+FEFF); delete it")]
    [InlineData("mode: a\0ct\n", "1:8: a NUL character, which no text holds (U+0000); delete it")]
    [InlineData("mode: act\n\0", "2:1: a NUL character")]
    [InlineData("mode: a\act\n", "1:8: a control character (U+0007); delete it")]
    [InlineData("? [a, b]\n: c\n", "1:3: a key is one word here, and no list or section")]
    [InlineData("log: &a { level: *a }\n", "log.level: expected one value, found a section")]
    public void What_does_not_is_told_with_its_place_and_what_to_do(string text, string told)
    {
        foreach (var ends in (string[])[text + Engine, (text + Engine).Replace("\n", "\r\n", StringComparison.Ordinal)])
        {
            var load = Load(ends);
            load.Settings.ShouldBeNull();
            var problems = load.Problems.Select(p => p.ToString()).ToList();
            problems.ShouldAllBe(p => p.StartsWith("c.yaml:", StringComparison.Ordinal));
            problems.ShouldContain(p => p.Contains(told, StringComparison.Ordinal), string.Join('\n', problems));
        }
    }

    [Theory]
    [InlineData(new byte[] { 0xFF, 0xFE, (byte)'m', 0 }, "is not UTF-8 text: it begins with the mark of UTF-16; save it as UTF-8")]
    [InlineData(new byte[] { (byte)'a', (byte)'\n', (byte)'#', 0xE4, 0xBD, 0xA0, 0xE9 },
        "is not UTF-8 text: line 2, column 3 holds the byte 0xE9; save it as UTF-8")]
    [InlineData(new byte[] { 0xE9, 0xA9 }, "is not UTF-8 text: line 1, column 1 holds the byte 0xE9; save it as UTF-8")]
    public void Bytes_that_are_no_text_are_told_with_their_place(byte[] bytes, string told)
    {
        using var stream = new MemoryStream(bytes);
        SettingsFile.Read("c.yaml", () => stream).Problem!.Text.ShouldBe(told);
    }

    [Theory]
    [InlineData("engine-hang", "; did you mean 'engine-hung'?")]
    [InlineData("enigne-hung", "; did you mean 'engine-hung'?")]
    [InlineData("engin-exited", "; did you mean 'engine-exited'?")]
    [InlineData("hung", "; did you mean 'engine-hung'?")]
    [InlineData("engine", "; did you mean 'engine-hung' or 'engine-exited'?")]
    [InlineData("cihps", "; did you mean 'chips'?")]
    [InlineData("log", "")]
    [InlineData("nothing-like-it", "")]
    [InlineData("", "")]
    public void The_word_that_was_meant_is_offered(string word, string question) =>
        Nearest.Question(word, ["engine-hung", "engine-exited", "chips", "disk-full"]).ShouldBe(question);

    private static ConfigurationLoad Load(string text)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        var (read, problem) = SettingsFile.Read("c.yaml", () => stream);
        return read is null ? new ConfigurationLoad(null, [problem!]) : SettingsFile.Parse("c.yaml", read, _ => false);
    }
}
