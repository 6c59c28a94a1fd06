using System.Globalization;
using Platform.Api.SchemaRegistry.Avro;

namespace Platform.Api.SchemaRegistry.Compatibility;

/// <summary>
/// Decides whether data written with one Avro schema can be read with another, by the specification's rules of
/// schema resolution as Avro's Java library applies them. Named types match by their name without the namespace.
/// </summary>
internal sealed class AvroCompatibility
{
    // Null while the pair is in progress.
    private readonly Dictionary<(AvroSchema Reader, AvroSchema Writer), IReadOnlyList<AvroIncompatibility>?>
        _known = [];
    private readonly List<string> _path = [];

    /// <summary>Every reason why <paramref name="reader"/> cannot read; empty when it can.</summary>
    public static IReadOnlyList<AvroIncompatibility> Check(AvroSchema reader, AvroSchema writer) =>
        new AvroCompatibility().Pair(reader, writer);

    private IReadOnlyList<AvroIncompatibility> Pair(AvroSchema reader, AvroSchema writer)
    {
        // A pair in progress is one that refers to itself: it is compatible unless something else in it is not.
        if (_known.TryGetValue((reader, writer), out var known))
            return known ?? [];
        _known[(reader, writer)] = null;
        var found = Compare(reader, writer);
        _known[(reader, writer)] = found;
        return found;
    }

    private IReadOnlyList<AvroIncompatibility> At(string part, AvroSchema reader, AvroSchema writer)
    {
        _path.Add(part);
        var found = Pair(reader, writer);
        _path.RemoveAt(_path.Count - 1);
        return found;
    }

    private IReadOnlyList<AvroIncompatibility> Compare(AvroSchema reader, AvroSchema writer) => (reader, writer) switch
    {
        (UnionSchema to, UnionSchema from) => Unions(to, from),
        (_, UnionSchema from) => [.. from.Branches.SelectMany((branch, i) => At(Index(i), reader, branch))],
        (UnionSchema to, _) => AnyBranch(to, writer),
        (RecordSchema to, RecordSchema from) => [.. Names(to, from), .. Fields(to, from)],
        (EnumSchema to, EnumSchema from) => [.. Names(to, from), .. Symbols(to, from)],
        (FixedSchema to, FixedSchema from) => [.. Names(to, from), .. Sizes(to, from)],
        (ArraySchema to, ArraySchema from) => At("items", to.Items, from.Items),
        (MapSchema to, MapSchema from) => At("values", to.Values, from.Values),
        _ => reader.Type == writer.Type || Promotes(writer.Type, reader.Type) ? [] : [Mismatch(reader, writer)],
    };

    // Why a branch does not fit is not said: with several branches the causes would mislead.
    private List<AvroIncompatibility> Unions(UnionSchema reader, UnionSchema writer)
    {
        var found = new List<AvroIncompatibility>();
        for (var i = 0; i < writer.Branches.Count; i++)
        {
            var branch = writer.Branches[i];
            if (!reader.Branches.Any(candidate => At(Index(i), candidate, branch).Count == 0))
                found.Add(Incompatible(AvroIncompatibilityType.MISSING_UNION_BRANCH, LacksBranch(branch), Index(i)));
        }
        return found;
    }

    private IReadOnlyList<AvroIncompatibility> AnyBranch(UnionSchema reader, AvroSchema writer) =>
        reader.Branches.Any(branch => Pair(branch, writer).Count == 0) ? []
            : [Incompatible(AvroIncompatibilityType.MISSING_UNION_BRANCH, LacksBranch(writer))];

    private List<AvroIncompatibility> Fields(RecordSchema reader, RecordSchema writer)
    {
        var found = new List<AvroIncompatibility>();
        _path.Add("fields");
        for (var i = 0; i < reader.Fields.Count; i++)
        {
            var field = reader.Fields[i];
            _path.Add(Index(i));
            if (Written(field, writer) is { } written)
                found.AddRange(At("type", field.Schema, written.Schema));
            else if (field.Default is null && field.Schema is EnumSchema { DefaultSymbol: not null })
                // The default of an enum stands for unknown symbols, not for a field that is missing. Avro's Java library
                // says so by comparing the enum with the whole record.
                found.AddRange(At("type", field.Schema, writer));
            else if (field.Default is null)
                found.Add(Incompatible(AvroIncompatibilityType.READER_FIELD_MISSING_DEFAULT_VALUE, field.Name));
            _path.RemoveAt(_path.Count - 1);
        }
        _path.RemoveAt(_path.Count - 1);
        return found;
    }

    // By its name, or else the first of the writer's fields that has one of its aliases for a name.
    private static AvroField? Written(AvroField field, RecordSchema writer)
    {
        if (writer.PlaceOf(field.Name) is >= 0 and var place)
            return writer.Fields[place];
        var first = int.MaxValue;
        foreach (var alias in field.Aliases)
        {
            if (writer.PlaceOf(alias) is >= 0 and var old)
                first = Math.Min(first, old);
        }
        return first == int.MaxValue ? null : writer.Fields[first];
    }

    private List<AvroIncompatibility> Names(NamedSchema reader, NamedSchema writer) =>
        reader.Name.Name == writer.Name.Name || reader.Aliases.Contains(writer.Name) ? []
            : [Incompatible(AvroIncompatibilityType.NAME_MISMATCH, $"expected: {writer.Name.FullName}", "name")];

    private List<AvroIncompatibility> Symbols(EnumSchema reader, EnumSchema writer)
    {
        var lacking = writer.Symbols.Except(reader.Symbols, StringComparer.Ordinal).ToList();
        return lacking.Count == 0 || reader.DefaultSymbol is not null ? []
            : [Incompatible(AvroIncompatibilityType.MISSING_ENUM_SYMBOLS, $"[{string.Join(", ", lacking)}]",
                "symbols")];
    }

    private List<AvroIncompatibility> Sizes(FixedSchema reader, FixedSchema writer) => reader.Size == writer.Size ? []
        : [Incompatible(AvroIncompatibilityType.FIXED_SIZE_MISMATCH,
            string.Create(CultureInfo.InvariantCulture, $"expected: {writer.Size}, found: {reader.Size}"), "size")];

    private static bool Promotes(AvroType writer, AvroType reader) => (writer, reader) switch
    {
        (AvroType.Int, AvroType.Long or AvroType.Float or AvroType.Double) => true,
        (AvroType.Long, AvroType.Float or AvroType.Double) => true,
        (AvroType.Float, AvroType.Double) => true,
        (AvroType.String, AvroType.Bytes) or (AvroType.Bytes, AvroType.String) => true,
        _ => false,
    };

    private AvroIncompatibility Mismatch(AvroSchema reader, AvroSchema writer) => Incompatible(
        AvroIncompatibilityType.TYPE_MISMATCH,
        $"reader type: {reader.TypeText} not compatible with writer type: {writer.TypeText}");

    private static string LacksBranch(AvroSchema writer) => $"reader union lacking writer type: {writer.TypeText}";

    private AvroIncompatibility Incompatible(AvroIncompatibilityType type, string info, string? last = null)
    {
        var parts = last is null ? _path : [.. _path, last];
        return new AvroIncompatibility(type, "/" + string.Join('/', parts), info);
    }

    private static string Index(int i) => i.ToString(CultureInfo.InvariantCulture);
}
