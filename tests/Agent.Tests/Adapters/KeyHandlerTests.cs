using System.Net;
using Agent.Adapters.VllmHttp;

namespace Agent.Tests.Adapters;

/// <summary>The file of an API key changes while engine and agent run, and the two do not notice at one time.</summary>
public sealed class KeyHandlerTests
{
    private (string? Secret, string? Problem) _file = ("first", null);
    private string _engineHas = "first";
    private readonly List<string?> _sent = [];

    [Fact]
    public async Task A_key_that_was_exchanged_is_sent_once_the_engine_has_it()
    {
        using var http = Http();
        (await AskAsync(http)).ShouldBe(HttpStatusCode.OK);
        _file = ("second", null);
        (await AskAsync(http)).ShouldBe(HttpStatusCode.OK, "the engine still has the first");
        _engineHas = "second";
        (await AskAsync(http)).ShouldBe(HttpStatusCode.OK);
        (await AskAsync(http)).ShouldBe(HttpStatusCode.OK);
        _sent.ShouldBe(["first", "first", "first", "second", "second"]);
    }

    [Fact]
    public async Task A_file_that_is_gone_changes_nothing_for_an_engine_that_runs()
    {
        using var http = Http();
        await AskAsync(http);
        _file = (null, "is not there");
        (await AskAsync(http)).ShouldBe(HttpStatusCode.OK);
        _engineHas = "second";
        (await AskAsync(http)).ShouldBe(HttpStatusCode.Unauthorized);
        _file = ("second", null);
        (await AskAsync(http)).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Without_a_key_nothing_is_sent_and_the_reason_told()
    {
        _file = (null, "is not there");
        using var http = Http();
        (await Should.ThrowAsync<HttpRequestException>(() => AskAsync(http))).InnerException.ShouldBeOfType<KeyWithheldException>().Message.ShouldContain(
            "is not there");
        _sent.ShouldBeEmpty();
    }

    private HttpClient Http() => new(new KeyHandler(new ApiKey(() => _file, (_, _) => null), new Engine(this))) { BaseAddress = new Uri("http://engine") };

    private static async Task<HttpStatusCode> AskAsync(HttpClient http)
    {
        using var body = new StringContent("{}");
        using var answer = await http.PostAsync(new Uri("/v1/completions", UriKind.Relative), body, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }

    private sealed class Engine(KeyHandlerTests test) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            (await request.Content!.ReadAsStringAsync(cancellationToken)).ShouldBe("{}");
            test._sent.Add(request.Headers.Authorization?.Parameter);
            return new HttpResponseMessage(request.Headers.Authorization?.Parameter == test._engineHas ? HttpStatusCode.OK : HttpStatusCode.Unauthorized);
        }
    }
}
