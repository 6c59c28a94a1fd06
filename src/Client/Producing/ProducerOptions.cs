using Platform.Protocol.Records;

namespace Platform.Client.Producing;

/// <summary>Who must hold a record before a broker answers, with Kafka's numbers.</summary>
public enum Acks : short
{
    /// <summary>Nobody: the broker does not answer, records may be lost and have no offset.</summary>
    None = 0,
    /// <summary>The leader.</summary>
    Leader = 1,
    /// <summary>Every in-sync replica.</summary>
    All = -1,
}

/// <summary>Settings of a producer, under Kafka's names. Times are in milliseconds, sizes in bytes.</summary>
public sealed record ProducerOptions : ClientOptions
{
    /// <summary><c>acks</c>.</summary>
    public Acks Acks { get; init; } = Acks.All;

    /// <summary><c>linger.ms</c>: how long a batch waits for more records before it is sent.</summary>
    public int LingerMs { get; init; } = 5;

    /// <summary><c>batch.size</c>: size at which a batch is sent without waiting.</summary>
    public int BatchSize { get; init; } = 16_384;

    /// <summary><c>enable.idempotence</c>: no duplicates and no reordering by retries. When null: on with
    /// acks=all.</summary>
    public bool? EnableIdempotence { get; init; }

    /// <summary><c>transactional.id</c>: name under which the producer's transactions survive its restart. Null for a
    /// producer without transactions.</summary>
    public string? TransactionalId { get; init; }

    /// <summary><c>transaction.timeout.ms</c>: after how long the broker aborts an open transaction.</summary>
    public int TransactionTimeoutMs { get; init; } = 60_000;

    /// <summary><c>max.in.flight.requests.per.connection</c>; at most 5 with idempotence.</summary>
    public int MaxInFlightRequestsPerConnection { get; init; } = 5;

    /// <summary><c>delivery.timeout.ms</c>: how long after sending a record is reported as failed at the
    /// latest.</summary>
    public int DeliveryTimeoutMs { get; init; } = 120_000;

    /// <summary><c>max.block.ms</c>: how long sending waits for metadata or for buffer memory.</summary>
    public int MaxBlockMs { get; init; } = 60_000;

    /// <summary><c>max.request.size</c>: largest record, and largest request.</summary>
    public int MaxRequestSize { get; init; } = 1_048_576;

    /// <summary><c>buffer.memory</c>: memory of batches that are not delivered; sending waits when it is used
    /// up.</summary>
    public long BufferMemory { get; init; } = 32 << 20;

    /// <summary><c>compression.type</c>.</summary>
    public CompressionType CompressionType { get; init; }

    /// <summary><c>compression.{codec}.level</c>; null for the codec's default.</summary>
    public int? CompressionLevel { get; init; }

    internal bool IsIdempotent => EnableIdempotence ?? Acks == Acks.All;

    /// <summary>Throws when settings contradict each other.</summary>
    /// <exception cref="ArgumentException">The message names the setting, its value and what is allowed.</exception>
    internal void Validate()
    {
        if (IsIdempotent && Acks != Acks.All)
            throw new ArgumentException($"acks={(short)Acks}: enable.idempotence needs acks=all (-1)");
        if (TransactionalId is not null && !IsIdempotent)
            throw new ArgumentException($"transactional.id={TransactionalId}: needs enable.idempotence and acks=all (-1)");
        if (MaxInFlightRequestsPerConnection < 1 || (IsIdempotent && MaxInFlightRequestsPerConnection > 5))
            throw new ArgumentException(
                $"max.in.flight.requests.per.connection={MaxInFlightRequestsPerConnection}: "
                + "1 or more, at most 5 with idempotence");
        if (DeliveryTimeoutMs < LingerMs + RequestTimeoutMs)
            throw new ArgumentException(
                $"delivery.timeout.ms={DeliveryTimeoutMs}: "
                + $"at least linger.ms + request.timeout.ms ({LingerMs + RequestTimeoutMs})");
        if (BufferMemory < Math.Max(BatchSize, MaxRequestSize))
            throw new ArgumentException($"buffer.memory={BufferMemory}: at least batch.size and max.request.size");
    }
}
