using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Metadata;

/// <summary>
/// Value of a record of the metadata log: frame version, type and version as unsigned varints, then the body.
/// </summary>
public static class MetadataRecordSerde
{
    /// <summary>Version of the frame.</summary>
    public const uint FrameVersion = 1;

    /// <summary>The bytes of a record in the newest version of its schema.</summary>
    public static byte[] Write(IMetadataRecord record)
    {
        using var writer = new ProtocolWriter();
        Write(writer, record);
        return writer.Written.ToArray();
    }

    /// <summary>Appends a record in the newest version of its schema.</summary>
    public static void Write(ProtocolWriter writer, IMetadataRecord record)
    {
        writer.WriteUnsignedVarint(FrameVersion);
        writer.WriteUnsignedVarint((uint)record.Type);
        writer.WriteUnsignedVarint((uint)record.HighestSupportedVersion);
        record.Write(writer, record.HighestSupportedVersion);
    }

    /// <summary>Reads a record.</summary>
    /// <exception cref="ProtocolException">Malformed bytes, or a type or version that this node does not
    /// know.</exception>
    public static IMetadataRecord Read(ReadOnlyMemory<byte> value)
    {
        var reader = new ProtocolReader(value);
        var frame = reader.ReadUnsignedVarint();
        if (frame != FrameVersion)
            throw new ProtocolException($"metadata record with frame version {frame}; only {FrameVersion} is known");
        var type = reader.ReadUnsignedVarint();
        var version = reader.ReadUnsignedVarint();
        var record = type <= short.MaxValue ? MetadataRecords.Create((short)type) : null;
        if (record is null)
            throw new ProtocolException(
                $"metadata record of unknown type {type}; a newer node wrote it, upgrade this one");
        if (version > record.HighestSupportedVersion)
            throw new ProtocolException(
                $"{record.GetType().Name} of version {version}, but this node knows them only up to "
                + $"{record.HighestSupportedVersion}; a newer node wrote it, upgrade this one");
        record.Read(ref reader, (short)version);
        if (reader.Remaining > 0)
            throw new ProtocolException(
                $"{record.GetType().Name} is followed by {reader.Remaining} bytes that do not belong to it");
        return record;
    }
}
