using System.Net;
using System.Text;
using Agent.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.Web;

/// <summary>Whatever goes wrong behind a request is a sentence for the asker and a line in the log.</summary>
public sealed class EdgeTests : ILogger
{
    private readonly List<string> _log = [];

    [Fact]
    public async Task What_was_not_foreseen_is_a_500_with_one_sentence_and_a_line_in_the_log()
    {
        var context = Request("GET");
        await Edge(_ => throw new InvalidOperationException("a secret of the inside")).AnswerAsync(context);
        context.Response.StatusCode.ShouldBe(500);
        Said(context).ShouldBe("npu-agent could not answer this; its log says why\n");
        _log.ShouldBe(["Error GET /status could not be answered: a secret of the inside"]);
    }

    [Fact]
    public async Task Whoever_wanted_a_change_gets_the_same_as_an_answer()
    {
        var context = Request("POST");
        await Edge(_ => throw new OverflowException()).AnswerAsync(context);
        context.Response.StatusCode.ShouldBe(500);
        Said(context).ShouldBe("""{"accepted":false,"text":"npu-agent could not answer this; its log says why"}""");
    }

    [Fact]
    public async Task Whoever_hung_up_is_no_mistake()
    {
        var context = Request("GET");
        context.RequestAborted = new CancellationToken(canceled: true);
        await Edge(c => throw new OperationCanceledException(c.RequestAborted)).AnswerAsync(context);
        _log.ShouldBeEmpty();
    }

    [Fact]
    public async Task Every_answer_forbids_browsers_to_guess_keep_and_embed()
    {
        var context = Request("GET");
        await Edge(c => Answers.SayAsync(c, 200, "ok\n")).AnswerAsync(context);
        context.Response.Headers.XContentTypeOptions.ToString().ShouldBe("nosniff");
        context.Response.Headers.CacheControl.ToString().ShouldBe("no-store");
        context.Response.Headers["Cross-Origin-Resource-Policy"].ToString().ShouldBe("same-origin");
        context.Response.Headers.Keys.ShouldNotContain(k => k.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task The_names_of_the_listener_are_asked_for_over_TCP_only()
    {
        var context = Request("GET");
        context.Request.Headers.Host = "evil.example";
        await Edge(c => Answers.SayAsync(c, 200, "ok\n")).AnswerAsync(context);
        context.Response.StatusCode.ShouldBe(200);

        context = Request("GET");
        context.Request.Headers.Host = "evil.example";
        context.Connection.LocalIpAddress = IPAddress.Loopback;
        await Edge(c => Answers.SayAsync(c, 200, "ok\n")).AnswerAsync(context);
        context.Response.StatusCode.ShouldBe(421);
    }

    [Theory]
    [InlineData("application/json", null)]
    [InlineData("Application/JSON; charset=UTF-8", null)]
    [InlineData("application/json; charset=\"utf-8\"", null)]
    [InlineData("application/json; charset=utf-16", 415)]
    [InlineData("application/x-www-form-urlencoded", 415)]
    [InlineData("text/plain", 415)]
    [InlineData("application/json, text/plain", 415)]
    [InlineData("", 415)]
    [InlineData(null, 415)]
    public async Task A_body_says_that_it_is_JSON(string? type, int? status)
    {
        var context = Request("POST");
        context.Request.ContentType = type;
        context.Request.Body = new MemoryStream("{}"u8.ToArray());
        var (_, refused) = await ControlBody.ReadAsync(context, TimeProvider.System);
        (refused?.Status).ShouldBe(status);
    }

    [Fact]
    public async Task A_body_that_does_not_come_is_not_waited_for()
    {
        var clock = new FakeTimeProvider();
        var pipe = new System.IO.Pipelines.Pipe();
        var context = Request("POST");
        context.Request.ContentType = "application/json";
        context.Request.Body = pipe.Reader.AsStream();
        var reading = ControlBody.ReadAsync(context, clock);
        clock.Advance(TimeSpan.FromSeconds(9));
        reading.IsCompleted.ShouldBeFalse();
        clock.Advance(TimeSpan.FromSeconds(1));
        (await reading).Refused.ShouldBe(new Refusal(408, "the request did not come within 10 s"));
    }

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    bool ILogger.IsEnabled(LogLevel logLevel) => true;

    void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _log.Add($"{logLevel} {formatter(state, exception)}: {exception?.Message}");

    private static DefaultHttpContext Request(string method)
    {
        var context = new DefaultHttpContext();
        context.Request.Method = method;
        context.Request.Path = "/status";
        context.Request.Headers.Host = "localhost";
        context.Response.Body = new MemoryStream();
        return context;
    }

    private static string Said(HttpContext context) => Encoding.UTF8.GetString(((MemoryStream)context.Response.Body).ToArray());

    private Edge Edge(RequestDelegate answer) => new(new ListenerGate(new ListenerNames(IPEndPoint.Parse("127.0.0.1:9470"), [], []), _ => { }), answer, this);
}
