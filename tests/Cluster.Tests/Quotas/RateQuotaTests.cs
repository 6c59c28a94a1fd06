using Platform.Cluster.Quotas;
using Platform.Cluster.Replication;

namespace Platform.Cluster.Tests.Quotas;

/// <summary>Rates: what they let through, and how long they hold back.</summary>
public sealed class RateQuotaTests
{
    [Fact]
    public void A_seconds_worth_passes_at_once_and_the_rest_waits()
    {
        var quota = new RateQuota(1000);

        Assert.Equal(0, quota.Record(1000, nowMs: 0));
        Assert.Equal(500, quota.Record(500, nowMs: 0));
        Assert.True(quota.IsExceeded(nowMs: 499));
        Assert.False(quota.IsExceeded(nowMs: 500));
    }

    [Fact]
    public void No_more_than_a_second_is_saved_up()
    {
        var quota = new RateQuota(1000);
        quota.Record(0, nowMs: 0);

        Assert.Equal(1000, quota.Record(2000, nowMs: 3_600_000));
    }

    [Fact]
    public void Debt_is_paid_at_the_new_rate()
    {
        var quota = new RateQuota(10);
        quota.Record(1010, nowMs: 0);

        quota.SetRate(1000, nowMs: 0);

        Assert.Equal(1000, quota.DelayMs(nowMs: 0));
    }

    [Fact]
    public void A_clock_that_steps_back_neither_pays_nor_takes()
    {
        var quota = new RateQuota(1000);
        quota.Record(2000, nowMs: 10_000);

        Assert.Equal(1000, quota.DelayMs(nowMs: 5_000));
        Assert.Equal(0, quota.DelayMs(nowMs: 6_000));
    }

    [Theory]
    [InlineData("*", true)]
    [InlineData("0:1,3:2", true)]
    [InlineData("3:1,2:2,3:22", false)]
    [InlineData("3,:2,x:2,-3:2", false)]
    public void A_list_of_replicas_names_a_partition_on_a_broker(string entries, bool expected) =>
        Assert.Equal(expected, ThrottledReplicas.Contains(entries.Split(','), partition: 3, broker: 2));
}
