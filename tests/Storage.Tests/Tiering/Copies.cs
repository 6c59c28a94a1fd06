using Platform.Protocol;

namespace Platform.Storage.Tests.Tiering;

/// <summary>Metadata of copies, for tests of what is decided by it.</summary>
internal static class Copies
{
    public static readonly TopicIdPartition Partition = new(new Uuid(1, 2), new TopicPartition("tiered", 0));

    /// <summary>A copy of some offsets, all of one epoch unless told otherwise.</summary>
    public static RemoteLogSegmentMetadata Of(long start, long end, int id, params (int Epoch, long StartOffset)[] epochs) => new()
    {
        RemoteLogSegmentId = new RemoteLogSegmentId(Partition, new Uuid(7, id)),
        StartOffset = start,
        EndOffset = end,
        MaxTimestampMs = end,
        BrokerId = 1,
        EventTimestampMs = 0,
        SegmentSizeInBytes = 100,
        State = RemoteLogSegmentState.CopySegmentStarted,
        SegmentLeaderEpochs = epochs.Length > 0 ? epochs : [(0, start)],
    };

    /// <summary>Begins a copy and finishes it.</summary>
    public static RemoteLogSegmentMetadata AddFinished(this RemoteLogMetadataCache cache, RemoteLogSegmentMetadata copy)
    {
        Assert.True(cache.Add(copy));
        Assert.True(cache.Move(copy, RemoteLogSegmentState.CopySegmentFinished));
        return copy with { State = RemoteLogSegmentState.CopySegmentFinished };
    }

    /// <summary>Changes the state of a copy.</summary>
    public static bool Move(this RemoteLogMetadataCache cache, RemoteLogSegmentMetadata copy, RemoteLogSegmentState state) =>
        cache.Update(new RemoteLogSegmentMetadataUpdate(copy.RemoteLogSegmentId, 0, state, BrokerId: 1));
}
