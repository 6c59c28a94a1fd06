using Platform.Api.Hosting;
using Platform.Api.RestProxy.V2;
using Platform.Api.RestProxy.V2.Consumers;
using Platform.Client.Consuming;
using Platform.Protocol;

namespace Platform.Api.Tests.RestProxy.V2;

public sealed class ConsumerInstancesTests : IAsyncDisposable
{
    private readonly ManualTime _time = new();
    private readonly ConsumerInstances _instances;

    public ConsumerInstancesTests() => _instances = new ConsumerInstances(new ApiOptions
    {
        BootstrapServers = "127.0.0.1:1",
        ConsumerInstanceTimeout = TimeSpan.FromMinutes(5),
        Time = _time,
    });

    public ValueTask DisposeAsync() => _instances.DisposeAsync();

    private ConsumerInstance Create(string name) => _instances.Create(new ConsumerSettings(
        "g", name, EmbeddedFormat.Json, AutoOffsetReset.Earliest, AutoCommit: false, FetchMinBytes: 1, null));

    [Fact]
    public void A_name_is_taken_once_in_a_group()
    {
        Create("a");

        Assert.Equal(40902, Assert.Throws<ProblemException>(() => Create("a")).ErrorCode);
    }

    [Fact]
    public async Task An_instance_that_nobody_used_for_the_timeout_is_gone()
    {
        Create("a");
        _time.Advance(TimeSpan.FromMinutes(3));
        Create("b");
        _time.Advance(TimeSpan.FromMinutes(2));

        await _instances.ExpireAsync(_time.NowMs);

        Assert.Equal(40403, Assert.Throws<ProblemException>(() => _instances.Require("g", "a")).ErrorCode);
        Assert.Equal("b", _instances.Require("g", "b").Settings.Name);
    }

    [Fact]
    public async Task Any_call_keeps_an_instance_alive()
    {
        var instance = Create("a");
        _time.Advance(TimeSpan.FromMinutes(4));
        using (await instance.EnterAsync(CancellationToken.None))
            _time.Advance(TimeSpan.FromMinutes(4));

        await _instances.ExpireAsync(_time.NowMs);

        Assert.Same(instance, _instances.Require("g", "a"));
    }

    [Fact]
    public async Task A_request_that_waited_for_a_deleted_instance_gets_404()
    {
        var instance = Create("a");
        var first = await instance.EnterAsync(CancellationToken.None);
        var deleting = _instances.DeleteAsync("g", "a");
        var second = instance.EnterAsync(CancellationToken.None);

        first.Dispose();
        await deleting;

        Assert.Equal(40403, (await Assert.ThrowsAsync<ProblemException>(() => second)).ErrorCode);
    }

    [Fact]
    public void Assigning_and_subscribing_exclude_each_other()
    {
        var assigned = Create("a");
        assigned.Assign([new TopicPartition("t", 0)]);
        var subscribed = Create("b");
        subscribed.Subscribe(["t"], pattern: null);

        Assert.Equal(40903, CodeOf(() => assigned.Subscribe(["t"], pattern: null)));
        Assert.Equal(40903, CodeOf(() => subscribed.Assign([new TopicPartition("t", 0)])));
        Assert.Equal(["t"], subscribed.Subscription);
    }

    [Fact]
    public void Seeking_needs_an_assigned_partition()
    {
        var instance = Create("a");
        instance.Assign([new TopicPartition("t", 0)]);

        instance.Seek(new TopicPartition("t", 0), 7);

        Assert.Equal(40903, CodeOf(() => instance.Seek(new TopicPartition("t", 1), 7)));
    }

    [Theory]
    [InlineData("a(")]
    [InlineData("(?<x>a)\\1")]
    public void A_pattern_that_cannot_be_served_is_refused(string pattern) =>
        Assert.Equal(422, CodeOf(() => new TopicPattern(pattern)));

    private static int CodeOf(Action call) => Assert.Throws<ProblemException>(call).ErrorCode;
}
