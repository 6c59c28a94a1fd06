using Platform.Api.SchemaRegistry.Avro;
using Platform.Api.SchemaRegistry.Compatibility;
using Xunit.Abstractions;

namespace Platform.Api.Tests.SchemaRegistry.Compatibility;

/// <summary>
/// The check says yes exactly when data of the writer is read by the reader: random pairs of schemas, one grown out of
/// the other, against resolution carried out on data. COMPATIBILITY_CASES raises their number.
/// </summary>
public sealed class AvroPropertyTests(ITestOutputHelper output)
{
    private const int MaxDepth = 3;

    [Fact]
    public void Avro_schemas_are_compatible_exactly_when_the_readers_resolution_of_written_data_succeeds()
    {
        var (compatible, incompatible) = (0, 0);
        for (var seed = 0; seed < PropertyCases.Count; seed++)
        {
            var random = new Random(seed);
            var writer = Any(random, MaxDepth, new Names());
            var reader = random.Next(10) == 0 ? Any(random, MaxDepth, new Names()) : Changed(random, writer, new Names());

            var said = AvroCompatibility.Check(Parse(reader), Parse(writer)).Count == 0;
            var holds = AvroOracle.Covering(writer).All(datum => AvroOracle.Resolves(reader, writer, datum));

            Assert.True(said == holds,
                $"seed {seed}: the check says {said}, data say {holds}\nreader {reader.ToJson()}\nwriter {writer.ToJson()}");
            _ = said ? compatible++ : incompatible++;
        }
        output.WriteLine($"{PropertyCases.Count} pairs, {compatible} compatible, {incompatible} not");
        Assert.True(compatible > PropertyCases.Count / 10 && incompatible > PropertyCases.Count / 10);
    }

    private static AvroSchema Parse(AvroModel model) =>
        new AvroSchemaParser(validateDefaults: false).Parse(model.ToJson());

    private sealed class Names
    {
        private int _next;

        // Types are named in the order in which they appear, so that both schemas have names in common.
        public string Next() => $"T{_next++}";
    }

    private static AvroModel Any(Random random, int depth, Names names) => random.Next(depth == 0 ? 4 : 12) switch
    {
        < 3 => Primitive(random),
        3 => random.Next(2) == 0 ? new AvroModel.Fixed(names.Next(), random.Next(1, 3)) : Enumeration(random, names.Next()),
        4 or 5 => new AvroModel.Array(Any(random, depth - 1, names)),
        6 => new AvroModel.Map(Any(random, depth - 1, names)),
        7 or 8 => Union(random),
        _ => Record(random, depth, names),
    };

    private static AvroModel.Primitive Primitive(Random random) => new(random.GetItems(
        ["null", "boolean", "int", "long", "float", "double", "bytes", "string"], 1)[0]);

    private static AvroModel.Enumeration Enumeration(Random random, string name)
    {
        string[] symbols = [.. new[] { "A", "B", "C" }.Where(_ => random.Next(3) > 0).DefaultIfEmpty("A")];
        return new AvroModel.Enumeration(name, symbols, random.Next(3) == 0 ? symbols[0] : null);
    }

    private static AvroModel.Union Union(Random random)
    {
        string[] all = ["null", "boolean", "int", "long", "float", "double", "bytes", "string"];
        random.Shuffle(all);
        return new AvroModel.Union([.. all.Take(random.Next(1, 4)).Select(name => new AvroModel.Primitive(name))]);
    }

    private static AvroModel.Record Record(Random random, int depth, Names names)
    {
        var name = names.Next();
        return new AvroModel.Record(name, [.. new[] { "a", "b", "c" }.Where(_ => random.Next(3) > 0)
            .Select(field => Field(random, field, Any(random, depth - 1, names)))]);
    }

    private static AvroModel.Field Field(Random random, string name, AvroModel type) => new(name, type,
        random.Next(3) == 0 && type is AvroModel.Primitive { Name: "int" or "long" } ? "1" : null,
        random.Next(6) == 0 ? "z" : null);

    // One small change somewhere, which is where the rules are hard.
    private static AvroModel Changed(Random random, AvroModel model, Names names)
    {
        switch (model)
        {
            case AvroModel.Array one:
                return one with { Items = Changed(random, one.Items, names) };
            case AvroModel.Map one:
                return one with { Values = Changed(random, one.Values, names) };
            case AvroModel.Union one:
                return random.Next(3) == 0 ? one.Branches[0] : Union(random);
            case AvroModel.Fixed one:
                return new AvroModel.Fixed(names.Next(), random.Next(4) == 0 ? one.Size + 1 : one.Size);
            case AvroModel.Enumeration:
                return Enumeration(random, names.Next());
            case AvroModel.Record one:
                var name = names.Next();
                var fields = one.Fields.Select(field => field with
                {
                    Type = Changed(random, field.Type, names),
                    Name = random.Next(8) == 0 ? "z" : field.Name,
                    Alias = random.Next(8) == 0 ? field.Name : field.Alias,
                    DefaultJson = null,
                }).Where(_ => random.Next(5) > 0).DistinctBy(field => field.Name).ToList();
                if (random.Next(3) == 0)
                    fields.Add(Field(random, "d", new AvroModel.Primitive("int")));
                return new AvroModel.Record(name, fields);
            default:
                return random.Next(2) == 0 ? model : random.Next(3) == 0
                    ? new AvroModel.Union([new AvroModel.Primitive("null"), new AvroModel.Array(Primitive(random)), Other(model)])
                    : Primitive(random);
        }
    }

    private static AvroModel.Primitive Other(AvroModel model) =>
        model is AvroModel.Primitive { Name: not "null" } one ? one : new AvroModel.Primitive("string");
}

/// <summary>How many random pairs a property test tries.</summary>
internal static class PropertyCases
{
    public static int Count { get; } = int.Parse(
        Environment.GetEnvironmentVariable("COMPATIBILITY_CASES") ?? "10000",
        System.Globalization.CultureInfo.InvariantCulture);
}
