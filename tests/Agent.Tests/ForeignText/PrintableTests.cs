using System.Globalization;
using System.Text;
using Agent.ForeignText;
using CsCheck;

namespace Agent.Tests.ForeignText;

public sealed class PrintableTests
{
    [Theory]
    [InlineData("\u001b]0;title\a", @"\u001b]0;title\u0007")]
    [InlineData("a\u001b[2Jb", @"a\u001b[2Jb")]
    [InlineData("\u009b2J", @"\u009b2J")]
    [InlineData("one\ttwo\r\nthree", @"one two\r\nthree")]
    [InlineData("x\u007f", @"x\u007f")]
    [InlineData("\u202egpj.exe\u202c", @"\u202egpj.exe\u202c")]
    [InlineData("\u2066\u2069\u200e\u200f\u061c\u200b\ufeff\u00ad", @"\u2066\u2069\u200e\u200f\u061c\u200b\ufeff\u00ad")]
    [InlineData("\u2028\u2029\u0085", @"\u2028\u2029\u0085")]
    [InlineData("tag\U000e0041", @"tag\U000e0041")]
    [InlineData("\ue000\ufdd0\uffff\u3164", @"\ue000\ufdd0\uffff\u3164")]
    public void What_is_not_seen_becomes_its_number(string text, string printed) => Printable.Of(text).ShouldBe(printed);

    [Theory]
    [InlineData("设备 0 异常，错误码 507018：超时（等待 30 秒）")]
    [InlineData("エラー, ошибка, خطأ, ת, é, ½, –, “x”, 한국어")]
    [InlineData("🔥 ❤️ 🇨🇳 𝛼")]
    [InlineData(@"C:\logs\u001b is what somebody typed")]
    [InlineData("")]
    public void What_people_write_stays(string text) => Printable.Of(text).ShouldBe(text);

    [Fact]
    public void Every_code_point_comes_out_visible_or_as_itself_and_no_second_time_differs()
    {
        for (var value = 0; value <= 0x10FFFF; value++)
        {
            var text = value is >= 0xD800 and <= 0xDFFF ? ((char)value).ToString() : char.ConvertFromUtf32(value);
            var printed = Printable.Of($"a{text}b");
            foreach (var rune in printed.EnumerateRunes())
            {
                (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
                    or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse)
                    .ShouldBeFalse($"U+{value:X4}");
                (rune == Rune.ReplacementChar && value != 0xFFFD).ShouldBeFalse($"half of a pair: U+{value:X4}");
            }

            Printable.Of(printed).ShouldBe(printed);
        }
    }

    [Fact]
    public void Lines_of_the_agent_stay_lines_and_hold_nothing_else() =>
        Gen.Char.Array[0, 40].Sample(chars =>
        {
            var text = new string(chars);
            var printed = Printable.Lines($"{text}\nsecond\r\nthird");
            printed.Replace("\r\n", "\n", StringComparison.Ordinal).Split('\n').ShouldAllBe(line => Printable.Of(line) == line);
            printed.ShouldEndWith("\nsecond\r\nthird");
        });
}
