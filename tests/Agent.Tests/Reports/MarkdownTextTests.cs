using Agent.Reports;

namespace Agent.Tests.Reports;

public sealed class MarkdownTextTests
{
    [Theory]
    [InlineData("a|b", "a\\|b")]
    [InlineData("\\<img src=x\\>", "\\\\\\<img src=x\\\\\\>")]
    [InlineData("\\[click\\](http://evil)", "\\\\\\[click\\\\\\](http://evil)")]
    [InlineData("&lt;b&gt;", "\\&lt;b\\&gt;")]
    [InlineData("two\nlines", "two lines")]
    public void Text_of_others_is_no_markup_whatever_is_escaped_in_it(string text, string escaped) => MarkdownText.Escape(text).ShouldBe(escaped);
}
