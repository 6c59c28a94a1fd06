using Platform.Protocol;

namespace Platform.Client.Consuming;

/// <summary>
/// A partition that is assigned to the consumer: where it stands and what is in the way of reading on. Touched only by
/// whoever polls.
/// </summary>
internal sealed class PartitionState(TopicPartition partition)
{
    private long _position = -1;

    public TopicPartition Partition => partition;

    /// <summary>Offset of the next record to hand out, or -1 while it is not known.</summary>
    public long Position => _position;

    /// <summary>Leader epoch of the last record that was handed out, or -1.</summary>
    public int PositionEpoch { get; private set; } = -1;

    /// <summary>Changes whenever the position is set from outside: answers to older questions are void.</summary>
    public int SeekCount { get; private set; }

    /// <summary>Where a seek to the start or the end shall go once it is looked up, in ListOffsets' numbers; or
    /// null.</summary>
    public long? SeekTarget { get; private set; }

    public bool IsPaused { get; set; }

    /// <summary>A fetch for it is on its way, or its answer waits to be handed out.</summary>
    public bool IsBusy { get; set; }

    /// <summary>No fetch before this time.</summary>
    public long FetchAtMs { get; set; }

    /// <summary>Replica that the leader named as nearer, or -1; and until when that holds.</summary>
    public int PreferredReplica { get; set; } = -1;

    public long PreferredUntilMs { get; set; }

    /// <summary>End of what can be read, or -1 before the first answer.</summary>
    public long HighWatermark { get; set; } = -1;

    public long LastStableOffset { get; set; } = -1;

    public bool HasPosition => _position >= 0;

    /// <summary>Sets the position from outside.</summary>
    public void Seek(long offset, int leaderEpoch = -1)
    {
        Advance(offset, leaderEpoch);
        SeekTarget = null;
        SeekCount++;
    }

    /// <summary>Gives the position up; it is looked up before the next fetch.</summary>
    public void SeekLater(long? target)
    {
        _position = -1;
        PositionEpoch = -1;
        SeekTarget = target;
        SeekCount++;
    }

    /// <summary>Moves on behind what was handed out.</summary>
    public void Advance(long offset, int leaderEpoch)
    {
        _position = offset;
        PositionEpoch = leaderEpoch;
    }
}
