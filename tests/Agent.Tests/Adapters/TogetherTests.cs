using Agent.Adapters;

namespace Agent.Tests.Adapters;

/// <summary>A part of the agent that fails in a way nobody foresaw is noticed at once, not when the agent is stopped.</summary>
public sealed class TogetherTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task The_first_that_fails_ends_the_others_and_is_told(int place)
    {
        var others = 0;
        List<Func<CancellationToken, Task>> runs = [.. Enumerable.Range(0, 3).Select(i => (Func<CancellationToken, Task>)(i == place ? Fail : EndlessAsync))];
        (await Should.ThrowAsync<InvalidDataException>(() => Together.RunAsync(runs, CancellationToken.None))).Message.ShouldBe("nobody foresaw this");
        others.ShouldBe(2);

        Task Fail(CancellationToken cancellation) => Task.FromException(new InvalidDataException("nobody foresaw this"));

        async Task EndlessAsync(CancellationToken cancellation)
        {
            try
            {
                await Task.Delay(Timeout.Infinite, cancellation);
            }
            finally
            {
                Interlocked.Increment(ref others);
            }
        }
    }

    [Fact]
    public async Task What_ends_as_it_should_ends_nothing_else()
    {
        var goesOn = new TaskCompletionSource();
        using var asked = new CancellationTokenSource();
        var all = Together.RunAsync([_ => Task.CompletedTask, async cancellation =>
        {
            await goesOn.Task;
            cancellation.IsCancellationRequested.ShouldBeFalse();
            await Task.Delay(Timeout.Infinite, cancellation);
        }], asked.Token);
        goesOn.SetResult();
        all.IsCompleted.ShouldBeFalse();
        await asked.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => all);
    }
}
