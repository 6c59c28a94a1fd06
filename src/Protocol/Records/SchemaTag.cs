using System.Buffers.Binary;
using System.Globalization;

namespace Platform.Protocol.Records;

/// <summary>Which schema a key or value says that it was written with, in the form of the schema registry's serializers: an id
/// in front of it (magic byte 0), or a GUID (magic byte 1) in a header or in front of it. One of the two is null.</summary>
/// <param name="Id">The id.</param>
/// <param name="Guid">The GUID.</param>
public readonly record struct SchemaTag(int? Id, Guid? Guid)
{
    /// <summary>Header that carries the GUID of the key's schema.</summary>
    public const string KeyHeader = "__key_schema_id";

    /// <summary>Header that carries the GUID of the value's schema.</summary>
    public const string ValueHeader = "__value_schema_id";

    private const byte IdMagic = 0;
    private const byte GuidMagic = 1;
    private const int IdBytes = 1 + sizeof(int);
    private const int GuidBytes = 1 + 16;

    /// <summary>Reads the tag; the last header of the name counts, then what is in front of the data.</summary>
    /// <param name="data">The key or value.</param>
    /// <param name="headers">Headers of the record.</param>
    /// <param name="headerName"><see cref="KeyHeader"/> or <see cref="ValueHeader"/>.</param>
    /// <param name="headBytes">Bytes that the tag takes in front of the data.</param>
    /// <returns>Null when there is none.</returns>
    public static SchemaTag? Read(
        ReadOnlySpan<byte> data, RecordHeaders headers, string headerName, out int headBytes)
    {
        headBytes = 0;
        SchemaTag? found = null;
        foreach (var header in headers)
        {
            if (header.Value is { } value && header.Key == headerName)
                found = Read(value.Span);
        }
        if (found is null && (found = Read(data)) is { } inFront)
            headBytes = inFront.Id is null ? GuidBytes : IdBytes;
        return found;
    }

    private static SchemaTag? Read(ReadOnlySpan<byte> data) => data switch
    {
        [IdMagic, ..] when data.Length >= IdBytes => new(BinaryPrimitives.ReadInt32BigEndian(data[1..]), null),
        [GuidMagic, ..] when data.Length >= GuidBytes => new(null, new Guid(data[1..GuidBytes], bigEndian: true)),
        _ => null,
    };

    /// <inheritdoc/>
    public override string ToString() => Id is { } id ? id.ToString(CultureInfo.InvariantCulture) : $"{Guid}";
}
