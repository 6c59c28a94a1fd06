using Platform.Api.RestProxy.V3.Records;

namespace Platform.Api.Tests.RestProxy.V3;

public sealed class UnansweredBytesTests
{
    private readonly UnansweredBytes _bytes = new(limit: 100);

    [Fact]
    public async Task What_fits_is_taken_at_once_and_the_rest_waits_for_what_is_given_back()
    {
        Assert.True(_bytes.TakeAsync(60, CancellationToken.None).IsCompletedSuccessfully);
        Assert.True(_bytes.TakeAsync(40, CancellationToken.None).IsCompletedSuccessfully);

        var waiting = _bytes.TakeAsync(50, CancellationToken.None).AsTask();
        _bytes.Release(40);
        Assert.False(waiting.IsCompleted);
        _bytes.Release(10);

        await waiting;
        Assert.False(_bytes.TakeAsync(1, CancellationToken.None).IsCompleted);
    }

    [Fact]
    public async Task A_record_beyond_the_limit_waits_until_it_is_alone()
    {
        Assert.True(_bytes.TakeAsync(1, CancellationToken.None).IsCompletedSuccessfully);

        var large = _bytes.TakeAsync(1_000, CancellationToken.None).AsTask();
        Assert.False(large.IsCompleted);
        _bytes.Release(1);

        await large;
    }

    [Fact]
    public async Task Whoever_waits_for_a_client_that_has_gone_is_told()
    {
        using var gone = new CancellationTokenSource();
        Assert.True(_bytes.TakeAsync(100, gone.Token).IsCompletedSuccessfully);

        var waiting = _bytes.TakeAsync(1, gone.Token).AsTask();
        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }
}
