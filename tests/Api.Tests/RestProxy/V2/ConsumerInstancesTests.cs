using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Platform.Api.Hosting;
using Platform.Api.RestProxy.V2;
using Platform.Api.RestProxy.V2.Consumers;
using Platform.Client.Consuming;
using Platform.Protocol;

namespace Platform.Api.Tests.RestProxy.V2;

public sealed class ConsumerInstancesTests : IAsyncDisposable
{
    private readonly ManualTime _time = new();
    private readonly WebApplication _app;
    private readonly ConsumerInstances _instances;

    public ConsumerInstancesTests()
    {
        _app = ApiHost.Build(new ApiOptions
        {
            BootstrapServers = "127.0.0.1:1",
            ConsumerInstanceTimeout = TimeSpan.FromMinutes(5),
            ConsumerInstancesTopic = null,
            Time = _time,
        });
        _instances = _app.Services.GetRequiredService<ConsumerInstances>();
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private Task<ConsumerInstance> CreateAsync(string name) => _instances.CreateAsync(new ConsumerSettings("g", name,
        EmbeddedFormat.Json, AutoOffsetReset.Earliest, AutoCommit: false, FetchMinBytes: 1, null), default);

    [Fact]
    public async Task A_name_is_taken_once_in_a_group()
    {
        await CreateAsync("a");

        Assert.Equal(40902, (await Assert.ThrowsAsync<ProblemException>(() => CreateAsync("a"))).ErrorCode);
    }

    [Fact]
    public async Task An_instance_that_nobody_used_for_the_timeout_is_gone()
    {
        await CreateAsync("a");
        _time.Advance(TimeSpan.FromMinutes(3));
        await CreateAsync("b");
        _time.Advance(TimeSpan.FromMinutes(2));

        await _instances.ExpireAsync(_time.NowMs);

        Assert.Equal(40403, Assert.Throws<ProblemException>(() => _instances.Require("g", "a")).ErrorCode);
        Assert.Equal("b", _instances.Require("g", "b").Settings.Name);
    }

    [Fact]
    public async Task Any_call_keeps_an_instance_alive()
    {
        var instance = await CreateAsync("a");
        _time.Advance(TimeSpan.FromMinutes(4));
        using (await instance.EnterAsync(CancellationToken.None))
            _time.Advance(TimeSpan.FromMinutes(4));

        await _instances.ExpireAsync(_time.NowMs);

        Assert.Same(instance, _instances.Require("g", "a"));
    }

    [Fact]
    public async Task A_request_that_waited_for_a_deleted_instance_gets_404()
    {
        var instance = await CreateAsync("a");
        var first = await instance.EnterAsync(CancellationToken.None);
        var deleting = _instances.DeleteAsync("g", "a");
        var second = instance.EnterAsync(CancellationToken.None);

        first.Dispose();
        await deleting;

        Assert.Equal(40403, (await Assert.ThrowsAsync<ProblemException>(() => second)).ErrorCode);
    }

    [Fact]
    public async Task Assigning_and_subscribing_exclude_each_other()
    {
        var assigned = await CreateAsync("a");
        assigned.Assign([new TopicPartition("t", 0)]);
        var subscribed = await CreateAsync("b");
        subscribed.Subscribe(["t"], pattern: null);

        Assert.Equal(40903, CodeOf(() => assigned.Subscribe(["t"], pattern: null)));
        Assert.Equal(40903, CodeOf(() => subscribed.Assign([new TopicPartition("t", 0)])));
        Assert.Equal(["t"], subscribed.Subscription);
    }

    [Fact]
    public async Task Seeking_needs_an_assigned_partition()
    {
        var instance = await CreateAsync("a");
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
