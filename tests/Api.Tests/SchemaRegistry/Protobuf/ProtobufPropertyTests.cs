using System.Buffers.Binary;
using System.Globalization;
using Platform.Api.SchemaRegistry.Protobuf;
using Platform.Api.SchemaRegistry.Schemas;
using Platform.Api.Tests.SchemaRegistry.Compatibility;
using Xunit.Abstractions;

namespace Platform.Api.Tests.SchemaRegistry.Protobuf;

/// <summary>
/// The check says yes exactly when bytes keep their meaning: random pairs of messages, against an encoder and a decoder
/// of this test's own. A value is written as the old schema says and read as the new one does.
/// </summary>
public sealed class ProtobufPropertyTests(ITestOutputHelper output)
{
    private static readonly string[] Types =
    [
        "int32", "int64", "uint32", "uint64", "bool", "E", "sint32", "sint64", "string", "bytes",
        "fixed32", "sfixed32", "fixed64", "sfixed64", "float", "double", "N",
    ];

    private sealed record Field(int Tag, string Label, string Type);

    [Fact]
    public void Protobuf_messages_are_compatible_exactly_when_written_fields_keep_their_meaning()
    {
        var (compatible, incompatible) = (0, 0);
        for (var seed = 0; seed < PropertyCases.Count; seed++)
        {
            var random = new Random(seed);
            var original = Enumerable.Range(1, 4).Where(_ => random.Next(4) > 0).Select(tag => Any(random, tag)).ToList();
            var update = Enumerable.Range(1, 4).Where(_ => random.Next(4) > 0).Select(tag => Changed(random, tag, original)).ToList();

            var said = ProtobufCompatibility.Compare(Read(original), Read(update)).All(one => one.IsCompatible);
            var holds = Keeps(original, update);

            Assert.True(said == holds,
                $"seed {seed}: the check says {said}, bytes say {holds}\nold {Text(original)}\nnew {Text(update)}");
            _ = said ? compatible++ : incompatible++;
        }
        output.WriteLine($"{PropertyCases.Count} pairs, {compatible} compatible, {incompatible} not");
        Assert.True(compatible > PropertyCases.Count / 10 && incompatible > PropertyCases.Count / 10);
    }

    private static Field Any(Random random, int tag) =>
        new(tag, random.Next(10) == 0 ? "required" : "optional", random.GetItems(Types, 1)[0]);

    private static Field Changed(Random random, int tag, List<Field> original) =>
        original.Find(field => field.Tag == tag) is not { } old ? new Field(tag, random.Next(12) == 0 ? "required" : "optional", random.GetItems(Types, 1)[0])
            : random.Next(3) > 0 ? old : old with { Type = Near(random, old.Type) };

    // Mostly a type that looks alike, since those are the ones that the rules are about.
    private static string Near(Random random, string type)
    {
        string[][] alike =
        [
            ["int32", "int64", "uint32", "uint64", "bool", "E", "sint32"], ["sint32", "sint64"], ["string", "bytes", "N"],
            ["fixed32", "sfixed32", "float"], ["fixed64", "sfixed64", "double"],
        ];
        var group = alike.First(one => one.Contains(type));
        return random.GetItems(random.Next(4) == 0 ? Types : group, 1)[0];
    }

    private static ProtoSchema Read(List<Field> fields) => (ProtoSchema)new ProtobufLanguage()
        .Read(Text(fields), [], new ParseOptions(IsNew: true, Normalize: false)).Model;

    private static string Text(List<Field> fields) => "syntax = \"proto2\";\nmessage M {\n"
        + string.Concat(fields.Select(field => $"  {field.Label} {field.Type} f{field.Tag} = {field.Tag};\n"))
        + "}\nmessage N { optional int32 x = 1; }\nenum E { ZERO = 0; ONE = 1; }\n";

    // A required field that only one side has makes that side refuse what the other writes.
    private static bool Keeps(List<Field> original, List<Field> update)
    {
        foreach (var tag in Enumerable.Range(1, 4))
        {
            var (old, now) = (original.Find(field => field.Tag == tag), update.Find(field => field.Tag == tag));
            if (old is null || now is null)
            {
                if ((old ?? now)?.Label == "required")
                    return false;
                continue;
            }
            var (wire, bytes) = Write(old.Type);
            if (Read(now.Type, wire, bytes) != Meaning(old.Type))
                return false;
        }
        return true;
    }

    // The number 1, true, the text or bytes "a", or a message: what a reader must find again.
    private static string Meaning(string type) => type switch
    {
        "string" or "bytes" => "text a",
        "N" => "message 1",
        _ => "number 1",
    };

    private static (int Wire, byte[] Bytes) Write(string type) => type switch
    {
        "sint32" or "sint64" => (0, [2]),
        "string" or "bytes" => (2, [(byte)'a']),
        "N" => (2, [8, 1]),
        "fixed32" or "sfixed32" => (5, [1, 0, 0, 0]),
        "fixed64" or "sfixed64" => (1, [1, 0, 0, 0, 0, 0, 0, 0]),
        "float" => (5, Bits(BitConverter.SingleToInt32Bits(1))),
        "double" => (1, BitConverter.GetBytes(1.0)),
        _ => (0, [1]),
    };

    private static byte[] Bits(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return bytes;
    }

    private static string Read(string type, int wire, byte[] bytes) => (type, wire) switch
    {
        ("sint32" or "sint64", 0) => Number(bytes[0] >> 1),
        ("int32" or "int64" or "uint32" or "uint64" or "bool" or "E", 0) => Number(bytes[0]),
        ("fixed32" or "sfixed32", 5) => Number(BinaryPrimitives.ReadInt32LittleEndian(bytes)),
        ("fixed64" or "sfixed64", 1) => Number(BinaryPrimitives.ReadInt64LittleEndian(bytes)),
        ("float", 5) => Number(BinaryPrimitives.ReadSingleLittleEndian(bytes)),
        ("double", 1) => Number(BinaryPrimitives.ReadDoubleLittleEndian(bytes)),
        // A text begins with a letter; a message with the key of a field.
        ("string" or "bytes", 2) => bytes[0] == 'a' ? "text a" : "text of something else",
        ("N", 2) => bytes is [8, 1] ? "message 1" : "no message",
        _ => "another wire type",
    };

    private static string Number(double value) => value == 1 ? "number 1"
        : string.Create(CultureInfo.InvariantCulture, $"number {value}");
}
