using Platform.Client.Producing;
using Platform.Client.Tests.Fakes;
using Platform.Protocol;

namespace Platform.Client.Tests.Producing;

/// <summary>The budget of buffer.memory.</summary>
public sealed class BufferMemoryTests
{
    private readonly BufferMemory _memory = new(limit: 100);
    private readonly ManualTimeProvider _time = new();

    private Task ReserveAsync(int bytes) =>
        _memory.ReserveAsync(bytes, TimeSpan.FromSeconds(1), _time, CancellationToken.None);

    [Fact]
    public void Nothing_beyond_the_limit_is_given()
    {
        Assert.True(_memory.TryReserve(60));

        Assert.False(_memory.TryReserve(60));
        Assert.True(_memory.TryReserve(40));
    }

    [Fact]
    public async Task Those_who_wait_are_served_in_order()
    {
        _memory.TryReserve(100);
        var large = ReserveAsync(80);
        var small = ReserveAsync(30);

        _memory.Release(40);
        Assert.False(large.IsCompleted || small.IsCompleted);
        _memory.Release(60);

        await large;
        Assert.False(small.IsCompleted);
        _memory.Release(80);
        await small;
    }

    [Fact]
    public async Task Waiting_ends_after_max_block()
    {
        _memory.TryReserve(100);
        var waiting = ReserveAsync(10);

        _time.Advance(TimeSpan.FromSeconds(1));

        var failure = await Assert.ThrowsAsync<KafkaException>(() => waiting);
        Assert.Equal(ErrorCode.RequestTimedOut, failure.Code);
        Assert.Equal(100, _memory.Used);
    }
}
