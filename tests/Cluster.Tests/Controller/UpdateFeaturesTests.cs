using Platform.Cluster.Controller;
using Platform.Cluster.Metadata;
using Platform.Cluster.Transactions;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Tests.Controller;

/// <summary>Levels of features go up when all nodes can, and down when nothing is lost.</summary>
public sealed class UpdateFeaturesTests
{
    private const sbyte Upgrade = 1;
    private const sbyte SafeDowngrade = 2;
    private const sbyte UnsafeDowngrade = 3;

    private readonly TestController _controller = new(brokers: 2);

    private FeaturesImage Features => _controller.Image.Features;

    [Fact]
    public void A_new_cluster_has_the_newest_levels_with_metadata_version_first()
    {
        var records = BootstrapMetadata.Records().OfType<FeatureLevelRecord>().ToList();

        Assert.Equal(MetadataVersion.FeatureName, records[0].Name);
        Assert.Equal(SupportedFeatures.All.Where(feature => records.Any(record => record.Name == feature.Key))
            .Select(feature => (feature.Key, feature.Value.Max)),
            records.OrderBy(record => record.Name, StringComparer.Ordinal).Select(record => (record.Name, record.FeatureLevel)));
    }

    [Fact]
    public void A_level_goes_down_only_when_that_is_asked_for()
    {
        Assert.Equal(ErrorCode.InvalidUpdateVersion, Update(TransactionVersion.FeatureName, 1, Upgrade).ErrorCode);
        Assert.Equal(TransactionVersion.Latest, Features.LevelOf(TransactionVersion.FeatureName));

        Assert.Equal(ErrorCode.None, Update(TransactionVersion.FeatureName, 1, SafeDowngrade).ErrorCode);
        Assert.Equal(1, Features.LevelOf(TransactionVersion.FeatureName));
        Assert.Equal(ErrorCode.None, Update(TransactionVersion.FeatureName, 2, Upgrade).ErrorCode);
        Assert.Equal(2, Features.LevelOf(TransactionVersion.FeatureName));
    }

    [Fact]
    public void The_level_of_the_quorum_is_checked_and_left_to_its_leader()
    {
        Assert.Equal(ErrorCode.None, Update(Platform.Cluster.Raft.KRaftVersion.FeatureName, 1, Upgrade).ErrorCode);

        Assert.DoesNotContain(Platform.Cluster.Raft.KRaftVersion.FeatureName, Features.Levels.Keys);
    }

    [Fact]
    public void A_feature_at_level_0_is_off()
    {
        Update(EligibleLeaderReplicasVersion.FeatureName, 0, SafeDowngrade);

        Assert.DoesNotContain(EligibleLeaderReplicasVersion.FeatureName, Features.Levels.Keys);
    }

    [Theory]
    [InlineData("metadata.version", 29, SafeDowngrade, "might be lost")]
    [InlineData("metadata.version", 29, UnsafeDowngrade, "not supported in this version")]
    [InlineData("metadata.version", 31, Upgrade, "not supported by this controller")]
    [InlineData("metadata.version", 0, UnsafeDowngrade, "not supported by this controller")]
    [InlineData("transaction.version", -1, UnsafeDowngrade, "not supported by this controller")]
    [InlineData("transaction.version", 2, (sbyte)9, "no type of upgrade")]
    [InlineData("kraft.version", 2, Upgrade, "not supported by this controller")]
    [InlineData("no.such.feature", 1, Upgrade, "does not know such a feature")]
    public void What_cannot_be_is_refused_with_the_reason(string feature, short level, sbyte type, string reason)
    {
        var before = Features;

        var response = Update(feature, level, type);

        Assert.Equal(ErrorCode.InvalidUpdateVersion, response.ErrorCode);
        Assert.Contains(reason, response.ErrorMessage);
        Assert.Equal(before, Features);
    }

    [Fact]
    public void A_broker_that_is_too_old_keeps_the_level_down_and_is_named()
    {
        Update(TransactionVersion.FeatureName, 1, SafeDowngrade);
        var old = TestController.Registration(7);
        old.Features.Single(feature => feature.Name == TransactionVersion.FeatureName).MaxSupportedVersion = 1;
        _controller.Run(context => RegisterBroker.Handle(context, old));

        var response = Update(TransactionVersion.FeatureName, 2, Upgrade);

        Assert.Contains("broker 7 supports levels 0 to 1 only", response.ErrorMessage);
        Assert.Equal(1, Features.LevelOf(TransactionVersion.FeatureName));
    }

    [Fact]
    public void A_broker_that_does_not_support_a_level_in_force_cannot_register()
    {
        var old = TestController.Registration(7);
        old.Features.Single(feature => feature.Name == TransactionVersion.FeatureName).MaxSupportedVersion = 1;

        var response = _controller.Run(context => RegisterBroker.Handle(context, old));

        Assert.Equal(ErrorCode.UnsupportedVersion, response.ErrorCode);
    }

    [Fact]
    public void All_updates_of_a_request_are_made_or_none()
    {
        var response = _controller.Run(context => UpdateFeatures.Handle(context, new()
        {
            FeatureUpdates =
            [
                new() { Feature = TransactionVersion.FeatureName, MaxVersionLevel = 1, UpgradeType = SafeDowngrade },
                new() { Feature = "no.such.feature", MaxVersionLevel = 1 },
            ],
        }));

        Assert.StartsWith("nothing was changed: no.such.feature", response.ErrorMessage);
        Assert.Equal([ErrorCode.None, ErrorCode.InvalidUpdateVersion], response.Results.Select(each => each.ErrorCode));
        Assert.Equal(2, Features.LevelOf(TransactionVersion.FeatureName));
    }

    [Fact]
    public void A_dry_run_checks_and_changes_nothing()
    {
        var response = _controller.Run(context => UpdateFeatures.Handle(context, new()
        {
            ValidateOnly = true,
            FeatureUpdates = [new() { Feature = TransactionVersion.FeatureName, UpgradeType = SafeDowngrade }],
        }));

        Assert.Equal(ErrorCode.None, response.ErrorCode);
        Assert.Equal(2, Features.LevelOf(TransactionVersion.FeatureName));
    }

    [Theory]
    [InlineData("4.1", 27)]
    [InlineData("4.1-IV0", 26)]
    [InlineData("3.3", 7)]
    [InlineData("4.3-IV0", 30)]
    public void Releases_have_levels(string release, short level)
    {
        Assert.Equal(level, MetadataVersion.LevelOf(release));
        Assert.StartsWith(release, MetadataVersion.NameOf(level));
    }

    [Fact]
    public void A_downgrade_that_passes_no_new_records_loses_nothing()
    {
        Assert.False(MetadataVersion.LosesMetadata(from: 29, to: 24));
        Assert.True(MetadataVersion.LosesMetadata(from: 24, to: 22));
        Assert.Null(MetadataVersion.LevelOf("2.8"));
    }

    private UpdateFeaturesResponse Update(string feature, short level, sbyte type) =>
        _controller.Run(context => UpdateFeatures.Handle(context, new()
        {
            FeatureUpdates = [new() { Feature = feature, MaxVersionLevel = level, UpgradeType = type }],
        }));
}
