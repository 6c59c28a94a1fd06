namespace Platform.Protocol.Records;

/// <summary>A record batch that is damaged or that nobody may write: what is wrong and where, and for a checksum both
/// values. The protocol's answer is <see cref="ErrorCode.CorruptMessage"/>.</summary>
public sealed class CorruptRecordException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The checksum stored in the batch; 0 when the checksum is not what is wrong.</summary>
    public uint StoredCrc { get; private init; }

    /// <summary>The checksum of the bytes that are there; 0 when the checksum is not what is wrong.</summary>
    public uint ComputedCrc { get; private init; }

    /// <summary>The bytes of the batch at <paramref name="place"/> do not match their checksum.</summary>
    public static CorruptRecordException WrongCrc(string place, uint stored, uint computed) =>
        new($"{place}: the batch says CRC-32C {stored:x8}, but its bytes have {computed:x8}")
        {
            StoredCrc = stored,
            ComputedCrc = computed,
        };
}
