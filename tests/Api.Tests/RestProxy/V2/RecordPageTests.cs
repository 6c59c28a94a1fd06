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
            Assert.True(page.TryAdd(record, out _));
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
    public void What_is_not_json_cannot_be_shown_as_json(string? key, string? value)
    {
        using var page = new RecordPage(EmbeddedFormat.Json);

        Assert.False(page.TryAdd(Record(key, value), out var why));
        Assert.Contains("not JSON", why, StringComparison.Ordinal);
        Assert.Equal(0, page.Count);
    }
}
