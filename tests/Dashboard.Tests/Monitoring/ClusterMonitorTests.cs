using Microsoft.Extensions.Logging.Abstractions;
using Platform.Client;
using Platform.Dashboard.Diagnosis;
using Platform.Dashboard.Hosting;
using Platform.Dashboard.Monitoring;
using Platform.Protocol;

namespace Platform.Dashboard.Tests.Monitoring;

public sealed class ClusterMonitorTests : IDisposable
{
    private readonly FakeCluster _cluster = new FakeCluster().WithBrokers(1).WithTopic("orders");
    private readonly ClusterMonitor _monitor;

    public ClusterMonitorTests() =>
        _monitor = new ClusterMonitor(_cluster, new DashboardOptions(), NullLogger<ClusterMonitor>.Instance);

    public void Dispose() => _monitor.Dispose();

    private Task SampleAsync() => _monitor.SampleAsync(CancellationToken.None);

    [Fact]
    public async Task A_cluster_that_is_away_leaves_the_last_snapshot_and_says_so()
    {
        await SampleAsync();
        _cluster.Failure = new KafkaException(ErrorCode.NetworkException, "connection refused");

        await SampleAsync();

        Assert.False(_monitor.Current.IsLive);
        Assert.NotNull(_monitor.Current.Snapshot!.Topic("orders"));
        Assert.Equal(HealthLevel.Unknown, _monitor.Current.Verdict.Level);
        Assert.Contains("connection refused", _monitor.Current.Trouble, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cluster_that_comes_back_is_live_again()
    {
        _cluster.Failure = new KafkaException(ErrorCode.NetworkException);
        await SampleAsync();
        _cluster.Failure = null;

        await SampleAsync();

        Assert.True(_monitor.Current.IsLive);
        Assert.Equal(HealthLevel.Healthy, _monitor.Current.Verdict.Level);
    }

    [Fact]
    public async Task An_answer_that_cannot_be_read_does_not_end_the_sampler()
    {
        _cluster.Failure = new FormatException("odd bytes");
        await SampleAsync();
        Assert.Contains("cannot be read", _monitor.Current.Trouble, StringComparison.Ordinal);
        _cluster.Failure = null;

        await SampleAsync();

        Assert.True(_monitor.Current.IsLive);
    }

    [Fact]
    public async Task Listeners_hear_of_each_round_until_they_end()
    {
        var rounds = 0;
        var subscription = _monitor.OnRound(() => rounds++);
        await SampleAsync();
        await SampleAsync();

        subscription.Dispose();
        await SampleAsync();

        Assert.Equal(2, rounds);
    }

    [Fact]
    public async Task Each_round_adds_a_point_to_the_charts()
    {
        await SampleAsync();
        await SampleAsync();

        Assert.Equal(2, _monitor.History.Get("cluster").Times.Length);
        Assert.Equal(2, _monitor.History.Get("topic:orders").Times.Length);
        Assert.Empty(_monitor.History.Get("topic:unknown").Times);
    }
}
