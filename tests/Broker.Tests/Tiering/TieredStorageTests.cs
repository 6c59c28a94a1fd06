using Platform.Client.Admin;

namespace Platform.Broker.Tests.Tiering;

/// <summary>Tiered storage on a running broker, with remote storage that fails when it is told.</summary>
public sealed class TieredStorageTests
{
    private const int Count = 300;

    [Fact]
    public async Task Segments_are_copied_then_deleted_locally_and_all_records_can_still_be_read()
    {
        var storage = new TestRemoteStorage();
        await using var cluster = await TieredTopic.StartClusterAsync(storage);
        var topic = await TieredTopic.CreateAsync(cluster);
        await topic.SendAsync(0, Count);

        await topic.WhenTieredAsync();
        var values = await topic.ReadAsync(Count);

        Assert.Equal(Enumerable.Range(0, Count), values);
        Assert.True(storage.Segments.Count > 3, $"{storage.Segments.Count} segments are remote");
        Assert.Equal(0, (await topic.OffsetAsync(OffsetSpec.Earliest)).Offset);
        Assert.Equal(storage.Segments[^1].EndOffset, (await topic.OffsetAsync(OffsetSpec.LatestTiered)).Offset);
    }

    [Theory, InlineData(0), InlineData(1), InlineData(137), InlineData(Count - 1)]
    public async Task Offsets_are_found_by_time_wherever_they_are(int number)
    {
        var storage = new TestRemoteStorage();
        await using var cluster = await TieredTopic.StartClusterAsync(storage);
        var topic = await TieredTopic.CreateAsync(cluster);
        await topic.SendAsync(0, Count);
        await topic.WhenTieredAsync();

        var found = await topic.OffsetAsync(OffsetSpec.ForTimestamp(TieredTopic.TimestampOf(number)));

        Assert.Equal((number, TieredTopic.TimestampOf(number)), (found.Offset, found.Timestamp));
        Assert.Equal(Count - 1, (await topic.OffsetAsync(OffsetSpec.MaxTimestamp)).Offset);
    }
}
