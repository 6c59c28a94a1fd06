using Platform.Protocol;
using Platform.Protocol.Records;

namespace Platform.Client.Consuming;

/// <summary>Who set the timestamp of a record.</summary>
public enum TimestampType
{
    /// <summary>The producer.</summary>
    CreateTime = 0,
    /// <summary>The broker.</summary>
    LogAppendTime = 1,
}

/// <summary>
/// A record that was read. Key, value and headers are slices of what was received: they stay valid, but keep the whole
/// response in memory; copy what is to be kept for long.
/// </summary>
public readonly record struct ConsumeResult
{
    /// <summary>Where it was read.</summary>
    public TopicPartition TopicPartition { get; init; }

    /// <summary>Its offset.</summary>
    public long Offset { get; init; }

    /// <summary>In ms since 1970, or -1.</summary>
    public long Timestamp { get; init; }

    /// <summary>Who set the timestamp.</summary>
    public TimestampType TimestampType { get; init; }

    /// <summary>Leader epoch in which it was written, or -1.</summary>
    public int LeaderEpoch { get; init; }

    /// <summary>The key, or null.</summary>
    public ReadOnlyMemory<byte>? Key { get; init; }

    /// <summary>The value, or null.</summary>
    public ReadOnlyMemory<byte>? Value { get; init; }

    /// <summary>The headers.</summary>
    public RecordHeaders Headers { get; init; }
}
