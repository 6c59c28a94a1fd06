using Platform.Protocol;
using Platform.Protocol.Compression;

namespace Platform.Storage;

/// <summary>What <see cref="LogValidator"/> made of records: either an error, or the bytes to append.</summary>
internal readonly ref struct ValidatedRecords
{
    internal ErrorCode Error { get; init; }
    internal string? Message { get; init; }
    internal IReadOnlyList<RecordError>? RecordErrors { get; init; }

    /// <summary>The batches to append: the caller's buffer, or <see cref="Rewritten"/>.</summary>
    internal Span<byte> Records { get; init; }

    /// <summary>The memory of batches that had to be built anew.</summary>
    internal PooledBuffer? Rewritten { get; init; }

    /// <summary>Largest timestamp of all batches; -1 when they have none.</summary>
    internal long MaxTimestamp { get; init; }

    /// <summary>Offsets that the batches take.</summary>
    internal long OffsetCount { get; init; }

    internal static ValidatedRecords Failed(
        ErrorCode error, string message, IReadOnlyList<RecordError>? records = null) =>
        new() { Error = error, Message = message, RecordErrors = records };
}
