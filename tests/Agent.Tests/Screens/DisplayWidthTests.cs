using Agent.Screens;

namespace Agent.Tests.Screens;

public sealed class DisplayWidthTests
{
    [Theory]
    [InlineData("", 0)]
    [InlineData("engine-hung", 11)]
    [InlineData("é", 1)]
    [InlineData("e\u0301", 1)]
    [InlineData("n\u0303o\u0308", 2)]
    [InlineData("引擎无响应", 10)]
    [InlineData("，。：；（）！", 14)]
    [InlineData("ＡＢ１", 6)]
    [InlineData("ｱｲｳ", 3)]
    [InlineData("カ\u3099", 2)]
    [InlineData("한글", 4)]
    [InlineData("\u1112\u1161\u11AB", 2)]
    [InlineData("🙂", 2)]
    [InlineData("𠮷", 2)]
    [InlineData("→ | ½ ±", 7)]
    [InlineData("…“”", 3)]
    [InlineData("\uFDD0FAIL\uFDD4", 4)]
    public void A_text_takes_as_many_columns_as_a_terminal_gives_it(string text, int columns) => DisplayWidth.Of(text).ShouldBe(columns);

    [Fact]
    public void A_text_is_padded_by_its_columns_and_never_cut()
    {
        DisplayWidth.Padded("状态:", 12).ShouldBe("状态:       ");
        DisplayWidth.Padded("state:", 12).ShouldBe("state:      ");
        DisplayWidth.Padded("状态:", 2).ShouldBe("状态:");
    }
}
