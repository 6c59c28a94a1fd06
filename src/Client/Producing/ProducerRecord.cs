using Platform.Protocol;
using Platform.Protocol.Records;

namespace Platform.Client.Producing;

/// <summary>A record to be sent. Its bytes are copied while it is accepted and may be reused after that.</summary>
public readonly record struct ProducerRecord
{
    /// <summary>A record with a value and perhaps a key; null is Kafka's null, not the empty value.</summary>
    public ProducerRecord(string topic, byte[]? value, byte[]? key = null)
        : this(topic, Memory(value), Memory(key))
    {
    }

    /// <summary>A record with a value and perhaps a key.</summary>
    public ProducerRecord(string topic, ReadOnlyMemory<byte>? value, ReadOnlyMemory<byte>? key = null)
    {
        Topic = topic;
        Value = value;
        Key = key;
    }

    // Spelled out, because a null array converts to empty memory, also in a conditional.
    private static ReadOnlyMemory<byte>? Memory(byte[]? bytes) =>
        bytes is null ? default(ReadOnlyMemory<byte>?) : new ReadOnlyMemory<byte>(bytes);

    /// <summary>Topic to send to.</summary>
    public string Topic { get; init; }

    /// <summary>The value, or null.</summary>
    public ReadOnlyMemory<byte>? Value { get; init; }

    /// <summary>The key, or null. Records with equal keys go to the same partition.</summary>
    public ReadOnlyMemory<byte>? Key { get; init; }

    /// <summary>Partition; chosen by the key, or at will without one, when null.</summary>
    public int? Partition { get; init; }

    /// <summary>In ms since 1970; now when null.</summary>
    public long? Timestamp { get; init; }

    /// <summary>Headers.</summary>
    public ReadOnlyMemory<RecordHeader> Headers { get; init; }
}

/// <summary>Where a record ended up.</summary>
/// <param name="TopicPartition">Its partition.</param>
/// <param name="Offset">Its offset; -1 when the broker did not say (acks=0).</param>
/// <param name="Timestamp">Its timestamp in ms since 1970: the record's own, or the broker's for LogAppendTime
/// topics.</param>
public readonly record struct RecordMetadata(TopicPartition TopicPartition, long Offset, long Timestamp);

/// <summary>Told what became of a record. Runs on the producer's own thread: it must be short and must not
/// throw.</summary>
/// <param name="metadata">Where the record is; without offset when it failed.</param>
/// <param name="error">Why it failed, or null.</param>
/// <param name="state">What the sender passed along.</param>
public delegate void DeliveryCallback(in RecordMetadata metadata, KafkaException? error, object? state);
