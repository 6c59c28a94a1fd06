using System.Text;
using System.Text.Json;
using Platform.Api.Hosting;
using Platform.Api.RestProxy.V3.Records;

namespace Platform.Api.Tests.RestProxy.V3;

public sealed class ProduceRecordParserTests
{
    private static ParsedRecord Parse(string json) => ProduceRecordParser.Parse(JsonElement.Parse(json));

    private static string? Text(RecordPart? part) => part?.Bytes is { } bytes ? Encoding.UTF8.GetString(bytes.Span) : null;

    [Theory]
    [InlineData("""{"type":"STRING","data":"héllo"}""", "héllo")]
    [InlineData("""{"type":"string","data":"x"}""", "x")]
    [InlineData("""{"type":"STRING","data":""}""", "")]
    [InlineData("""{"type":"STRING","data":"a\"b\n\u00fc\\ü"}""", "a\"b\nü\\ü")]
    [InlineData("""{"type":"STRING","data":"\ud83d\ude00"}""", "\U0001F600")]
    [InlineData("""{"type":"BINARY","data":"aGVsbG8="}""", "hello")]
    [InlineData("""{"type":"JSON","data":{ "a" : [1, 2.50, "ü"] }}""", """{"a":[1,2.50,"ü"]}""")]
    [InlineData("""{"type":"JSON","data":"x"}""", "\"x\"")]
    [InlineData("""{"type":"JSON","data":null}""", null)]
    [InlineData("""{"type":"BINARY"}""", null)]
    public void Data_is_written_as_its_type_says(string value, string? written) =>
        Assert.Equal(written, Text(Parse($$"""{"value":{{value}}}""").Value));

    [Fact]
    public void A_record_may_have_a_partition_a_timestamp_and_headers()
    {
        var record = Parse("""
            {"partition_id":3,"timestamp":"2026-01-01T00:00:00Z","headers":[{"name":"h","value":"eA=="},{"name":"n"}],
             "key":{"type":"STRING","data":"k"},"value":null}
            """);

        Assert.Equal((3, 1_767_225_600_000), (record.Partition, record.TimestampMs));
        Assert.Equal(["h", "n"], record.Headers.Select(header => header.Key));
        Assert.Equal("x"u8.ToArray(), record.Headers[0].Value?.ToArray());
        Assert.Null(record.Headers[1].Value);
        Assert.Equal("k", Text(record.Key));
        Assert.Null(record.Value);
    }

    [Fact]
    public void Text_that_is_not_UTF_8_is_refused()
    {
        byte[] json = [.. "{\"value\":{\"type\":\"STRING\",\"data\":\""u8, 0xC3, 0x28, .. "\"}}"u8];

        var problem = Assert.Throws<ProblemException>(() => ProduceRecordParser.Parse(JsonElement.Parse(json)));

        Assert.Contains("not valid Unicode", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_member_that_is_not_the_records_own_is_passed_over_when_it_is_expected()
    {
        var json = JsonElement.Parse("""{"id":"7","value":{"type":"JSON","data":1}}""");

        Assert.Equal("1", Text(ProduceRecordParser.Parse(json, besides: "id").Value));
        Assert.Throws<ProblemException>(() => ProduceRecordParser.Parse(json));
    }

    [Theory]
    [InlineData("[]", "A record is a JSON object")]
    [InlineData("""{"partiton_id":1}""", "Unrecognized field: partiton_id")]
    [InlineData("""{"partition_id":-1}""", "partition_id")]
    [InlineData("""{"timestamp":"yesterday"}""", "timestamp")]
    [InlineData("""{"headers":{}}""", "headers")]
    [InlineData("""{"headers":[{"value":"eA=="}]}""", "\"name\"")]
    [InlineData("""{"value":{"type":"XML","data":"x"}}""", "'XML' is unknown")]
    [InlineData("""{"value":{"type":"BINARY","data":"not base64!"}}""", "base64")]
    [InlineData("""{"value":{"type":"STRING","data":7}}""", "a JSON string")]
    [InlineData("""{"value":{"type":"STRING","data":"\ud83d"}}""", "value: the text is not valid Unicode")]
    [InlineData("""{"value":{"type":"Xml","data":"x"}}""", "'Xml' is unknown")]
    [InlineData("""{"key":{"type":"JSON","data":1,"schema_id":7}}""", "key: the type JSON has no schema")]
    [InlineData("""{"value":{"type":"JSON","dta":1}}""", "Unrecognized field: dta")]
    public void What_is_wrong_is_said_with_the_field(string json, string words)
    {
        var problem = Assert.Throws<ProblemException>(() => Parse(json));

        Assert.Equal(422, problem.ErrorCode);
        Assert.Contains(words, problem.Message, StringComparison.Ordinal);
    }
}
