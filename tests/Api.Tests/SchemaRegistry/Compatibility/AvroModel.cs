using System.Text.Json;

namespace Platform.Api.Tests.SchemaRegistry.Compatibility;

/// <summary>An Avro type as the oracle of the property test sees it; shares nothing with the product.</summary>
internal abstract record AvroModel
{
    public sealed record Primitive(string Name) : AvroModel;

    public sealed record Array(AvroModel Items) : AvroModel;

    public sealed record Map(AvroModel Values) : AvroModel;

    public sealed record Union(IReadOnlyList<AvroModel> Branches) : AvroModel;

    public sealed record Enumeration(string Name, IReadOnlyList<string> Symbols, string? Default) : AvroModel;

    public sealed record Fixed(string Name, int Size) : AvroModel;

    public sealed record Record(string Name, IReadOnlyList<Field> Fields) : AvroModel;

    /// <summary>A field; <paramref name="DefaultJson"/> is null when it has no default.</summary>
    public sealed record Field(string Name, AvroModel Type, string? DefaultJson, string? Alias);

    /// <summary>The schema as text.</summary>
    public string ToJson() => this switch
    {
        Primitive one => JsonSerializer.Serialize(one.Name),
        Array one => $$"""{"type":"array","items":{{one.Items.ToJson()}}}""",
        Map one => $$"""{"type":"map","values":{{one.Values.ToJson()}}}""",
        Union one => $"[{string.Join(',', one.Branches.Select(branch => branch.ToJson()))}]",
        Enumeration one => $$"""{"type":"enum","name":"{{one.Name}}","symbols":{{JsonSerializer.Serialize(one.Symbols)}}"""
            + (one.Default is null ? "}" : $$""","default":"{{one.Default}}"}"""),
        Fixed one => $$"""{"type":"fixed","name":"{{one.Name}}","size":{{one.Size}}}""",
        Record one => $$"""{"type":"record","name":"{{one.Name}}","fields":[{{string.Join(',', one.Fields.Select(FieldJson))}}]}""",
        _ => throw new NotSupportedException(),
    };

    private static string FieldJson(Field field) => $$"""{"name":"{{field.Name}}","type":{{field.Type.ToJson()}}"""
        + (field.DefaultJson is null ? "" : $",\"default\":{field.DefaultJson}")
        + (field.Alias is null ? "" : $",\"aliases\":[\"{field.Alias}\"]") + "}";
}

/// <summary>Data as it was written: the branch of a union, the symbol of an enum, the fields of a record by name.</summary>
internal abstract record AvroDatum
{
    /// <summary>Anything of a primitive or fixed type: its value does not matter for resolution.</summary>
    public sealed record Leaf : AvroDatum;

    public sealed record Symbol(string Name) : AvroDatum;

    public sealed record Branch(int Index, AvroDatum Value) : AvroDatum;

    /// <summary>Elements of an array or values of a map.</summary>
    public sealed record Many(IReadOnlyList<AvroDatum> Elements) : AvroDatum;

    public sealed record Fields(IReadOnlyDictionary<string, AvroDatum> Values) : AvroDatum;
}

/// <summary>Avro's schema resolution, carried out on data, as its specification words it.</summary>
internal static class AvroOracle
{
    /// <summary>
    /// Data that together take every branch, every symbol and every element type of a schema at least once.
    /// </summary>
    public static IReadOnlyList<AvroDatum> Covering(AvroModel writer) => writer switch
    {
        AvroModel.Array one => [new AvroDatum.Many([]), new AvroDatum.Many(Covering(one.Items))],
        AvroModel.Map one => [new AvroDatum.Many([]), new AvroDatum.Many(Covering(one.Values))],
        AvroModel.Union one => [.. one.Branches.SelectMany((branch, index) =>
            Covering(branch).Select(value => new AvroDatum.Branch(index, value)))],
        AvroModel.Enumeration one => [.. one.Symbols.Select(symbol => new AvroDatum.Symbol(symbol))],
        AvroModel.Record one => Records(one),
        _ => [new AvroDatum.Leaf()],
    };

    /// <summary>True when a reader's schema makes sense of a datum.</summary>
    public static bool Resolves(AvroModel reader, AvroModel writer, AvroDatum datum)
    {
        if (writer is AvroModel.Union written)
        {
            var branch = (AvroDatum.Branch)datum;
            return Resolves(reader, written.Branches[branch.Index], branch.Value);
        }
        if (reader is AvroModel.Union read)
            return read.Branches.Any(branch => Resolves(branch, writer, datum));
        return (reader, writer) switch
        {
            (AvroModel.Primitive to, AvroModel.Primitive from) => to.Name == from.Name || Promotes(from.Name, to.Name),
            (AvroModel.Array to, AvroModel.Array from) => Each(to.Items, from.Items, datum),
            (AvroModel.Map to, AvroModel.Map from) => Each(to.Values, from.Values, datum),
            (AvroModel.Fixed to, AvroModel.Fixed from) => to.Name == from.Name && to.Size == from.Size,
            (AvroModel.Enumeration to, AvroModel.Enumeration from) => to.Name == from.Name
                && (to.Default is not null || to.Symbols.Contains(((AvroDatum.Symbol)datum).Name)),
            (AvroModel.Record to, AvroModel.Record from) => to.Name == from.Name
                && to.Fields.All(field => Field(field, from, (AvroDatum.Fields)datum)),
            _ => false,
        };
    }

    private static bool Each(AvroModel reader, AvroModel writer, AvroDatum datum) =>
        ((AvroDatum.Many)datum).Elements.All(element => Resolves(reader, writer, element));

    private static bool Field(AvroModel.Field field, AvroModel.Record writer, AvroDatum.Fields datum)
    {
        var source = writer.Fields.FirstOrDefault(one => one.Name == field.Name)
            ?? writer.Fields.FirstOrDefault(one => one.Name == field.Alias);
        return source is null ? field.DefaultJson is not null
            : Resolves(field.Type, source.Type, datum.Values[source.Name]);
    }

    private static bool Promotes(string from, string to) => (from, to) is ("int", "long" or "float" or "double")
        or ("long", "float" or "double") or ("float", "double") or ("string", "bytes") or ("bytes", "string");

    // Each field takes its values in turn, so that every value of every field is in some record.
    private static List<AvroDatum> Records(AvroModel.Record record)
    {
        var values = record.Fields.ToDictionary(field => field.Name, field => Covering(field.Type));
        var count = values.Values.Select(one => one.Count).DefaultIfEmpty(1).Max();
        return [.. Enumerable.Range(0, count).Select(turn => (AvroDatum)new AvroDatum.Fields(
            values.ToDictionary(one => one.Key, one => one.Value[turn % one.Value.Count])))];
    }
}
