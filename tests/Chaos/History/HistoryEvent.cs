using System.Text.Json.Serialization;
using Platform.Protocol;

namespace Platform.Chaos.History;

/// <summary>What became of an operation. Unknown is neither: it may or may not have happened.</summary>
public enum Outcome
{
    /// <summary>Acknowledged.</summary>
    Ok,
    /// <summary>Certainly without effect.</summary>
    Failed,
    /// <summary>Nobody can say.</summary>
    Unknown,
}

/// <summary>What a client saw or did. Times are microseconds of the machine's monotonic clock, which all processes share,
/// so that order in real time is exact.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(Written), "written")]
[JsonDerivedType(typeof(TransactionEnded), "transaction")]
[JsonDerivedType(typeof(Consumed), "read")]
[JsonDerivedType(typeof(OffsetCommitted), "commit")]
[JsonDerivedType(typeof(OffsetSeen), "offset")]
[JsonDerivedType(typeof(LeaderSeen), "leader")]
[JsonDerivedType(typeof(EndSeen), "end")]
[JsonDerivedType(typeof(QuorumSeen), "quorum")]
[JsonDerivedType(typeof(FaultPeriod), "fault")]
[JsonDerivedType(typeof(FinalRecord), "final")]
[JsonDerivedType(typeof(Failure), "failure")]
public abstract record HistoryEvent
{
    /// <summary>When it began.</summary>
    public long BeganUs { get; init; }

    /// <summary>When it was over.</summary>
    public long EndedUs { get; init; }
}

/// <summary>A record was sent.</summary>
/// <param name="Writer">Producer, one name per incarnation.</param>
/// <param name="Sequence">Number of the record among those of the writer; greater for later ones.</param>
/// <param name="Partition">Where to.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Offset">Where it is, when acknowledged.</param>
/// <param name="Guarantee">What the writer was promised.</param>
/// <param name="Transaction">Number of the transaction among those of the writer; -1 outside of one.</param>
public sealed record Written(
    string Writer, long Sequence, TopicPartition Partition, Outcome Outcome, long Offset, Guarantee Guarantee,
    int Transaction = -1) : HistoryEvent
{
    /// <summary>Why it failed, or null.</summary>
    public string? Error { get; init; }
}

/// <summary>What a producer may rely on.</summary>
public enum Guarantee
{
    /// <summary>acks=all with idempotence: neither lost nor repeated nor out of order.</summary>
    ExactlyOnce,
    /// <summary>acks=all: not lost.</summary>
    AtLeastOnce,
    /// <summary>acks=1: nothing.</summary>
    None,
}

/// <summary>A transaction ended. Ok means committed, Failed means aborted.</summary>
public sealed record TransactionEnded(string Writer, int Transaction, Outcome Outcome) : HistoryEvent;

/// <summary>A reader was handed a record.</summary>
/// <param name="Reader">Who; a new name for each incarnation and each assignment.</param>
/// <param name="Group">Its group, or null for a reader of whole partitions.</param>
/// <param name="Committed">True when it reads committed records only.</param>
/// <param name="Partition">Where from.</param>
/// <param name="Offset">Offset.</param>
/// <param name="Value">Who wrote it, and which of his records it is.</param>
public sealed record Consumed(
    string Reader, string? Group, bool Committed, TopicPartition Partition, long Offset, Mark Value) : HistoryEvent;

/// <summary>A group committed an offset.</summary>
/// <param name="Group">The group.</param>
/// <param name="Partition">The partition.</param>
/// <param name="Offset">The next offset to read.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="InTransaction">True as part of a transaction: it counts when the markers are written, which a producer is
/// not told.</param>
public sealed record OffsetCommitted(
    string Group, TopicPartition Partition, long Offset, Outcome Outcome, bool InTransaction = false) : HistoryEvent;

/// <summary>Somebody asked for the offset of a group; -1 when there was none.</summary>
public sealed record OffsetSeen(string Group, TopicPartition Partition, long Offset) : HistoryEvent;

/// <summary>A node said who leads.</summary>
public sealed record LeaderSeen(
    int Node, int Incarnation, TopicPartition Partition, int LeaderId, int Epoch) : HistoryEvent;

/// <summary>A leader said where its partition ends for readers, or for readers of committed records.</summary>
public sealed record EndSeen(TopicPartition Partition, int Epoch, bool Committed, long Offset) : HistoryEvent;

/// <summary>A node said who leads the quorum.</summary>
public sealed record QuorumSeen(int LeaderId, int Epoch, long HighWatermark) : HistoryEvent;

/// <summary>Something was broken, from then to then.</summary>
/// <param name="What">In words.</param>
/// <param name="IsTolerable">True when a majority of nodes was left to go on.</param>
public sealed record FaultPeriod(string What, bool IsTolerable) : HistoryEvent;

/// <summary>A record that is there in the end.</summary>
public sealed record FinalRecord(TopicPartition Partition, long Offset, Mark Value, bool Committed) : HistoryEvent;

/// <summary>Something that must not happen and that no check needs to look for.</summary>
public sealed record Failure(string Where, string What) : HistoryEvent;

/// <summary>Content of a record: who wrote it, and which of his records it is.</summary>
public readonly record struct Mark(string Writer, long Sequence)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Writer}#{Sequence}";

    /// <summary>Bytes of a record of about 200 bytes.</summary>
    public byte[] ToBytes() => System.Text.Encoding.ASCII.GetBytes($"{Writer} {Sequence} ".PadRight(200, '.'));

    /// <summary>Reads what <see cref="ToBytes"/> wrote.</summary>
    public static Mark Parse(ReadOnlySpan<byte> value)
    {
        var words = System.Text.Encoding.ASCII.GetString(value).Split(' ');
        return words.Length == 3 && long.TryParse(words[1], out var sequence)
            ? new Mark(words[0], sequence)
            : new Mark("garbage:" + Convert.ToHexString(value[..Math.Min(32, value.Length)]), -1);
    }
}
