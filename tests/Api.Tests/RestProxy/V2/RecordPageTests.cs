using System.Text;
using Microsoft.AspNetCore.Http;
using Platform.Api.RestProxy.V2;
using Platform.Api.RestProxy.V2.Consumers;
using Platform.Client.Consuming;
using Platform.Protocol;

namespace Platform.Api.Tests.RestProxy.V2;

public sealed class RecordPageTests
{
    private static ConsumeResult Record(string? key, string? value) => new()
    {
        TopicPartition = new TopicPartition("t", 2),
        Offset = 5,
        Key = Bytes(key),
        Value = Bytes(value),
    };

    // A null array would become empty memory, not null.
    private static ReadOnlyMemory<byte>? Bytes(string? text) => text is null ? null : new(Encoding.UTF8.GetBytes(text));

    private static async Task<string> TextAsync(EmbeddedFormat format, params ConsumeResult[] records)
    {
        using var page = new RecordPage(format);
        foreach (var record in records)
            page.Add(record);
        var context = new DefaultHttpContext();
        using var body = new MemoryStream();
        context.Response.Body = body;
        await page.WriteAsync(context);
        return Encoding.UTF8.GetString(body.ToArray());
    }

    [Fact]
    public async Task Json_is_embedded_as_it_is_and_null_stays_null() => Assert.Equal(
        """[{"topic":"t","key":null,"value":{"a":[1]},"partition":2,"offset":5}]""",
        await TextAsync(EmbeddedFormat.Json, Record(null, """{"a":[1]}""")));

    [Fact]
    public async Task Bytes_are_embedded_as_base64() => Assert.Equal(
        """[{"topic":"t","key":"aw==","value":"dg==","partition":2,"offset":5}]""",
        await TextAsync(EmbeddedFormat.Binary, Record("k", "v")));

    [Fact]
    public async Task No_records_are_an_empty_list() => Assert.Equal("[]", await TextAsync(EmbeddedFormat.Json));

    [Theory]
    [InlineData(null, "plain text")]
    [InlineData("1 2", "1")]
    [InlineData(null, "")]
    public async Task What_is_not_json_is_an_entry_with_an_error_and_its_bytes(string? key, string? value)
    {
        var page = System.Text.Json.JsonElement.Parse(
            await TextAsync(EmbeddedFormat.Json, Record(key, value), Record(null, "1")));

        Assert.Equal(40801, page[0].GetProperty("error_code").GetInt32());
        Assert.Contains("not JSON", page[0].GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal(value, Encoding.UTF8.GetString(page[0].GetProperty("raw_value").GetBytesFromBase64()));
        Assert.Equal(1, page[1].GetProperty("value").GetInt32());
    }
}
