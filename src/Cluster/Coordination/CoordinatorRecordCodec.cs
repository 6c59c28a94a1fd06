using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Coordination;

/// <summary>Makes empty keys and values of the record types that one coordinator knows.</summary>
/// <param name="Key">An empty key.</param>
/// <param name="Value">An empty value.</param>
/// <param name="HighestValueVersion">The newest version of the value that can be read.</param>
public sealed record CoordinatorRecordType(
    Func<ICoordinatorKey> Key, Func<ICoordinatorValue> Value, short HighestValueVersion);

/// <summary>
/// Coordinator records as they are in the log: a key is its type and then its fields, a value its version and then
/// its fields. Kafka writes the same, so that its tools can read our topics and we those of Kafka.
/// </summary>
/// <param name="types">Record types by number. Records of other types are passed over, as after a downgrade.</param>
public sealed class CoordinatorRecordCodec(IReadOnlyDictionary<short, CoordinatorRecordType> types)
{
    private const short KeyVersion = 0;

    /// <summary>The bytes of a record's key.</summary>
    public static byte[] EncodeKey(CoordinatorRecord record)
    {
        using var writer = new ProtocolWriter();
        writer.WriteInt16(record.Key.Type);
        record.Key.Write(writer, KeyVersion);
        return writer.Written.ToArray();
    }

    /// <summary>The bytes of a record's value, or null for a tombstone.</summary>
    public static byte[]? EncodeValue(CoordinatorRecord record)
    {
        if (record.Value is null)
            return null;
        using var writer = new ProtocolWriter();
        writer.WriteInt16(record.ValueVersion);
        record.Value.Write(writer, record.ValueVersion);
        return writer.Written.ToArray();
    }

    /// <summary>Reads a record, or returns null when its type is not known.</summary>
    /// <exception cref="ProtocolException">The bytes are malformed, or of a version from the future.</exception>
    public CoordinatorRecord? Decode(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte>? value)
    {
        var keyReader = new ProtocolReader(key);
        if (!types.TryGetValue(keyReader.ReadInt16(), out var type))
            return null;
        var decodedKey = type.Key();
        decodedKey.Read(ref keyReader, KeyVersion);
        return value is null ? CoordinatorRecord.Tombstone(decodedKey) : Decode(type, decodedKey, value.Value);
    }

    private static CoordinatorRecord Decode(CoordinatorRecordType type, ICoordinatorKey key, ReadOnlyMemory<byte> bytes)
    {
        var reader = new ProtocolReader(bytes);
        var version = reader.ReadInt16();
        if (version < 0 || version > type.HighestValueVersion)
            throw new ProtocolException(
                $"record type {key.Type} has a value of version {version}; up to {type.HighestValueVersion} is known");
        var value = type.Value();
        value.Read(ref reader, version);
        return new CoordinatorRecord(key, value, version);
    }
}
