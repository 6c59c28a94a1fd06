using Platform.Dashboard.Diagnosis;
using Platform.Dashboard.Monitoring;

namespace Platform.Dashboard.Tests.Diagnosis;

public sealed class HealthRulesTests
{
    private readonly FakeCluster _cluster = new FakeCluster().WithBrokers(1, 2);

    [Fact]
    public void A_healthy_cluster_has_no_findings()
    {
        var snapshot = _cluster.WithTopic("orders", 3, [1, 2]).Snapshot();

        Assert.Empty(HealthRules.Evaluate(snapshot, []));
        Assert.Equal("2 of 2 brokers up, 3 partitions fully replicated, no group is falling behind.",
            Verdict.From(snapshot, []).Sentence);
    }

    [Fact]
    public void A_partition_without_leader_impairs_the_cluster()
    {
        var snapshot = _cluster.WithTopic("orders", 2, [1, 2]).WithTopic("payments", 1, [2], leader: -1).Snapshot();

        var finding = OfflinePartitionsRule.Evaluate(snapshot)!;

        Assert.Equal(HealthLevel.Impaired, finding.Level);
        Assert.Equal("1 partition of 3 has no leader (payments-0): nobody can write or read there.", finding.Summary);
        Assert.Contains("2", finding.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cluster_with_most_partitions_offline_is_down() =>
        Assert.Equal(HealthLevel.Down,
            OfflinePartitionsRule.Evaluate(_cluster.WithTopic("orders", 3, [1], leader: -1).Snapshot())!.Level);

    [Fact]
    public void A_missing_copy_degrades()
    {
        var snapshot = _cluster.WithTopic("orders", 4, [1, 2, 3], isr: [1, 2]).Snapshot();

        var finding = UnderReplicatedRule.Evaluate(snapshot)!;

        Assert.Equal(HealthLevel.Degraded, finding.Level);
        Assert.Equal("4 partitions of 4 run with fewer copies in sync than asked for. Reads and writes work.",
            finding.Summary);
    }

    [Fact]
    public void The_last_copy_of_several_is_a_risk()
    {
        var finding = UnderReplicatedRule.Evaluate(_cluster.WithTopic("orders", 1, [1, 2], isr: [1]).Snapshot())!;

        Assert.Equal(HealthLevel.AtRisk, finding.Level);
        Assert.Contains("losing it loses data", finding.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cluster_without_controller_is_impaired()
    {
        _cluster.ControllerId = -1;

        Assert.Equal(HealthLevel.Impaired, NoControllerRule.Evaluate(_cluster.Snapshot())!.Level);
    }

    [Fact]
    public void A_broker_that_should_hold_copies_and_is_away_is_named()
    {
        var finding = UnreachableBrokerRule.Evaluate(_cluster.WithTopic("orders", 2, [1, 9], isr: [1]).Snapshot())!;

        Assert.Equal("Broker 9 of 3 is down; 2 copies of partitions are missing.", finding.Summary);
    }

    [Fact]
    public void A_group_without_members_and_with_lag_is_abandoned()
    {
        var snapshot = _cluster.WithTopic("orders").At("orders", 0, 0, 1_500)
            .WithGroup("billing", "Empty", 0, "orders", 0).Snapshot();

        var finding = AbandonedGroupRule.Evaluate(snapshot)!;

        Assert.Equal("No consumer is connected in group billing, and 1,500 records wait for it.", finding.Summary);
        Assert.Equal("groups/billing", finding.Path);
    }

    [Fact]
    public void A_group_without_members_that_has_read_everything_is_fine() =>
        Assert.Null(AbandonedGroupRule.Evaluate(
            _cluster.WithTopic("orders").WithGroup("billing", "Empty", 0, "orders", 0).Snapshot()));

    [Fact]
    public void A_group_whose_lag_grows_is_told_how_fast()
    {
        var snapshot = _cluster.WithTopic("orders", 2).WithGroup("billing", "Stable", 1, "orders", 0, 0).Snapshot();
        var group = snapshot.Group("billing")! with
        {
            LagSlope = 120, ConsumedPerSecond = 80, LagHistory = [new LagPoint(60_000, 3_900)],
            Partitions = [.. snapshot.Group("billing")!.Partitions.Select(partition => partition with { Lag = 2_000 })],
        };

        var finding = LagGrowingRule.Evaluate(snapshot with { Groups = [group] })!;

        Assert.Equal("Group billing falls behind: 4,000 records, growing by 120 a second while it reads 80 a second.",
            finding.Summary);
        Assert.Equal("Add consumers: 1 share 2 partitions. Or make them faster.", finding.NextStep);
    }

    [Fact]
    public void The_worst_finding_makes_the_verdict_and_keeps_its_time()
    {
        var snapshot = _cluster.WithTopic("orders", 1, [1, 2], isr: [1]).WithTopic("payments", 1, [2], leader: -1)
            .WithTopic("clicks", 3).Snapshot();
        var first = HealthRules.Evaluate(snapshot, []);

        var later = HealthRules.Evaluate(snapshot with { TakenAtMs = 60_000 }, first);

        Assert.Equal(["offline-partitions", "under-replicated"], later.Select(active => active.Finding.RuleId));
        Assert.All(later, active => Assert.Equal(1_000, active.SinceMs));
        Assert.Equal(HealthLevel.Impaired, Verdict.From(snapshot, later).Level);
    }
}
