using System.Buffers;
using System.Text;
using System.Text.Json;
using Platform.Api.SchemaRegistry.Avro;
using Platform.Api.SchemaRegistry.Json;
using Platform.Api.SchemaRegistry.Protobuf;
using Platform.Api.SchemaRegistry.Schemas;
using Platform.Api.Serialization;

namespace Platform.Api.Tests.Serialization;

public sealed class SchemaCodecTests
{
    private static readonly ParseOptions New = new(IsNew: true, Normalize: false);

    private static ISchemaCodec Avro(string schema) =>
        new AvroCodec(((AvroModel)new AvroLanguage().Read(schema, [], New).Model).Root);

    private static ISchemaCodec Protobuf(string schema) =>
        new ProtobufCodec((ProtoSchema)new ProtobufLanguage().Read(schema, [], New).Model);

    private static ISchemaCodec Json(string schema) =>
        new JsonSchemaCodec((JsonSchema)new JsonSchemaLanguage().Read(schema, [], New).Model);

    private static string RoundTrip(ISchemaCodec codec, string json) => Decode(codec, codec.Encode(JsonElement.Parse(json)));

    private static string Decode(ISchemaCodec codec, byte[] bytes)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
            codec.Decode(bytes, writer);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    [Theory]
    [InlineData("\"null\"", "null")]
    [InlineData("\"boolean\"", "true")]
    [InlineData("\"int\"", "-7")]
    [InlineData("\"long\"", "9223372036854775807")]
    [InlineData("\"float\"", "1.5")]
    [InlineData("\"double\"", "-0.25")]
    [InlineData("\"double\"", "\"NaN\"")]
    [InlineData("\"string\"", "\"abc\"")]
    [InlineData("\"bytes\"", "\"ab\"")]
    [InlineData("""["null","string"]""", "null")]
    [InlineData("""["null","string"]""", """{"string":"x"}""")]
    [InlineData("""{"type":"array","items":"int"}""", "[1,2,3]")]
    [InlineData("""{"type":"map","values":"long"}""", """{"a":1,"b":2}""")]
    [InlineData("""{"type":"enum","name":"E","symbols":["A","B"]}""", "\"B\"")]
    [InlineData("""{"type":"fixed","name":"F","size":2}""", "\"xy\"")]
    [InlineData("""{"type":"record","name":"a.R","fields":[{"name":"next","type":["null","R"]},{"name":"v","type":"int"}]}""",
        """{"next":{"a.R":{"next":null,"v":2}},"v":1}""")]
    public void Avro_data_comes_back_in_the_JSON_encoding(string schema, string json) =>
        Assert.Equal(json, RoundTrip(Avro(schema), json));

    [Fact]
    public void Avro_is_encoded_as_its_specification_shows()
    {
        var codec = Avro("""{"type":"record","name":"test","fields":[{"name":"a","type":"long"},{"name":"b","type":"string"}]}""");

        Assert.Equal("3606666F6F", Convert.ToHexString(codec.Encode(JsonElement.Parse("""{"a":27,"b":"foo"}"""))));
    }

    [Theory]
    [InlineData("\"int\"", "3000000000")]
    [InlineData("""["null","string"]""", "\"x\"")]
    [InlineData("""["null","string"]""", """{"int":1}""")]
    [InlineData("""{"type":"record","name":"R","fields":[{"name":"a","type":"int","default":1}]}""", "{}")]
    [InlineData("""{"type":"record","name":"R","fields":[]}""", """{"b":1}""")]
    [InlineData("""{"type":"enum","name":"E","symbols":["A"]}""", "\"Z\"")]
    public void Data_that_does_not_fit_an_Avro_schema_is_refused(string schema, string json) =>
        Assert.Throws<DataMismatchException>(() => Avro(schema).Encode(JsonElement.Parse(json)));

    [Theory]
    [InlineData("\"string\"", "08")]
    [InlineData("""["null","string"]""", "08")]
    [InlineData("""{"type":"array","items":"null"}""", "FEFFFFFFFFFFFFFF7F")]
    [InlineData("""{"type":"record","name":"R","fields":[{"name":"r","type":"R"}]}""", "")]
    [InlineData("\"long\"", "FFFFFFFFFFFFFFFFFFFFFF")]
    public void Bytes_that_are_not_of_an_Avro_schema_are_refused_in_bounded_time(string schema, string hex) =>
        Assert.Throws<DataMismatchException>(() => Decode(Avro(schema), Convert.FromHexString(hex)));

    [Theory]
    [InlineData("string s = 1;", """{"s":"x"}""")]
    [InlineData("int32 a_b = 1;", """{"aB":-5}""")]
    [InlineData("sint64 a = 1; fixed32 b = 2; sfixed64 c = 3; uint64 d = 4;",
        """{"a":"-9","b":7,"c":"-1","d":"18446744073709551615"}""")]
    [InlineData("double a = 1; float b = 2; bool c = 3; bytes d = 4;", """{"a":1.5,"b":2.5,"c":true,"d":"AQI="}""")]
    [InlineData("repeated int32 a = 1; repeated string b = 2;", """{"a":[1,2],"b":["x","y"]}""")]
    [InlineData("map<string, int32> m = 1; map<int64, N> n = 2;", """{"m":{"a":1},"n":{"7":{"v":"x"}}}""")]
    [InlineData("N n = 1; E e = 2;", """{"n":{"v":"x"},"e":"ONE"}""")]
    [InlineData("oneof o { string a = 1; int32 b = 2; }", """{"b":0}""")]
    [InlineData("google.protobuf.Timestamp t = 1; google.protobuf.Duration d = 2;",
        """{"t":"2026-01-02T03:04:05.5Z","d":"1.25s"}""")]
    [InlineData("google.protobuf.Struct s = 1; google.protobuf.StringValue w = 2;",
        """{"s":{"a":[1,null,true,"x",{"b":2}]},"w":"x"}""")]
    public void Protobuf_data_comes_back_in_its_JSON_form(string members, string json)
    {
        var codec = Protobuf($$"""
            syntax = "proto3"; import "google/protobuf/timestamp.proto"; import "google/protobuf/duration.proto";
            import "google/protobuf/struct.proto"; import "google/protobuf/wrappers.proto";
            message M { {{members}} } message N { string v = 1; } enum E { ZERO = 0; ONE = 1; }
            """);

        Assert.Equal(json, RoundTrip(codec, json));
    }

    [Fact]
    public void Protobuf_is_encoded_as_its_documentation_shows_after_the_index_of_the_message()
    {
        var codec = Protobuf("""syntax = "proto3"; message Test1 { int32 a = 1; }""");

        Assert.Equal("00089601", Convert.ToHexString(codec.Encode(JsonElement.Parse("""{"a":150}"""))));
        Assert.Equal("""{"a":150}""", Decode(codec, Convert.FromHexString("0200089601")));
    }

    [Fact]
    public void Packed_numbers_and_unknown_fields_are_read()
    {
        var codec = Protobuf("""syntax = "proto3"; message M { repeated int32 a = 4; }""");

        Assert.Equal("""{"a":[3,270,86942]}""", Decode(codec, Convert.FromHexString("002206038E029EA7050A0161")));
    }

    [Theory]
    [InlineData("""{"b":1}""")]
    [InlineData("""{"a":"x"}""")]
    [InlineData("""{"a":3000000000}""")]
    [InlineData("7")]
    public void Data_that_does_not_fit_a_Protobuf_schema_is_refused(string json) => Assert.Throws<DataMismatchException>(
        () => Protobuf("""syntax = "proto3"; message M { int32 a = 1; }""").Encode(JsonElement.Parse(json)));

    [Theory]
    [InlineData("0008")]
    [InlineData("0407")]
    [InlineData("000AFF")]
    [InlineData("000B")]
    public void Bytes_that_are_not_Protobuf_are_refused(string hex) => Assert.Throws<DataMismatchException>(
        () => Decode(Protobuf("""syntax = "proto3"; message M { int32 a = 1; }"""), Convert.FromHexString(hex)));

    [Theory]
    [InlineData("""{"type":"integer","minimum":1}""", "1", "0")]
    [InlineData("""{"type":["string","null"],"maxLength":2}""", "\"ab\"", "\"abc\"")]
    [InlineData("""{"pattern":"^a+$"}""", "\"aa\"", "\"ab\"")]
    [InlineData("""{"enum":[1,"x"]}""", "1.0", "2")]
    [InlineData("""{"const":{"a":1,"b":2}}""", """{"b":2,"a":1}""", """{"a":1}""")]
    [InlineData("""{"required":["a"]}""", """{"a":1}""", "{}")]
    [InlineData("""{"properties":{"a":{"type":"string"}},"additionalProperties":false}""", """{"a":"x"}""", """{"b":1}""")]
    [InlineData("""{"patternProperties":{"^n":{"type":"number"}}}""", """{"n1":1}""", """{"n1":"x"}""")]
    [InlineData("""{"items":[{"type":"string"}],"additionalItems":false}""", """["x"]""", """["x",1]""")]
    [InlineData("""{"uniqueItems":true}""", "[1,2]", "[1,1.0]")]
    [InlineData("""{"contains":{"type":"null"}}""", "[1,null]", "[1]")]
    [InlineData("""{"oneOf":[{"type":"integer"},{"minimum":2}]}""", "1", "3")]
    [InlineData("""{"not":{"type":"string"}}""", "1", "\"x\"")]
    [InlineData("""{"if":{"required":["a"]},"then":{"required":["b"]}}""", """{"a":1,"b":1}""", """{"a":1}""")]
    [InlineData("""{"dependencies":{"a":["b"]}}""", """{"b":1}""", """{"a":1}""")]
    [InlineData("""{"$ref":"#/definitions/t","definitions":{"t":{"properties":{"c":{"$ref":"#/definitions/t"},"v":{"type":"null"}}}}}""",
        """{"c":{"c":{"v":null}}}""", """{"c":{"c":{"v":1}}}""")]
    [InlineData("""{"$schema":"https://json-schema.org/draft/2020-12/schema","allOf":[{"properties":{"a":{}}}],"unevaluatedProperties":false}""",
        """{"a":1}""", """{"b":1}""")]
    [InlineData("""{"multipleOf":0.1}""", "0.3", "0.35")]
    public void JSON_is_checked_against_its_schema(string schema, string good, string bad)
    {
        Assert.NotEmpty(Json(schema).Encode(JsonElement.Parse(good)));
        Assert.Throws<DataMismatchException>(() => Json(schema).Encode(JsonElement.Parse(bad)));
    }

    [Fact]
    public void An_evil_pattern_does_not_hold_up_the_service() => Assert.Throws<DataMismatchException>(
        () => Json("""{"pattern":"^(a+)+$"}""").Encode(JsonElement.Parse($"\"{new string('a', 40)}!\"")));
}
