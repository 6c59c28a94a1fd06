using System.IO.Pipelines;
using System.Text;
using Platform.Api.Hosting;
using Platform.Api.RestProxy.V3.Records;

namespace Platform.Api.Tests.RestProxy.V3;

public sealed class JsonObjectReaderTests
{
    private static async Task<List<string>> ReadAllAsync(Pipe pipe)
    {
        var reader = new JsonObjectReader(pipe.Reader);
        var read = new List<string>();
        while (await reader.ReadAsync(CancellationToken.None) is { } document)
        {
            using (document)
                read.Add(document.RootElement.GetRawText());
        }
        return read;
    }

    private static async Task<List<string>> ReadAsync(params string[] parts)
    {
        var pipe = new Pipe();
        var reading = ReadAllAsync(pipe);
        foreach (var part in parts)
            await pipe.Writer.WriteAsync(Encoding.UTF8.GetBytes(part));
        await pipe.Writer.CompleteAsync();
        return await reading;
    }

    [Fact]
    public async Task Objects_follow_one_another_with_or_without_whitespace() =>
        Assert.Equal(["{\"a\":1}", "{}", "[2]"], await ReadAsync(" {\"a\":1}{}\r\n\n[2]  "));

    [Fact]
    public async Task Objects_may_arrive_in_pieces() =>
        Assert.Equal(["{\"a\":\"xy\"}", "{\"b\":2}"], await ReadAsync("{\"a\":", "\"x", "y\"}{", "\"b\":2", "}"));

    [Fact]
    public async Task A_body_without_objects_is_empty() => Assert.Empty(await ReadAsync(" \r\n"));

    [Fact]
    public async Task An_object_is_there_before_the_body_ends()
    {
        var pipe = new Pipe();
        var reader = new JsonObjectReader(pipe.Reader);
        await pipe.Writer.WriteAsync("{\"a\":1}"u8.ToArray());

        using var first = await reader.ReadAsync(CancellationToken.None);

        Assert.Equal("{\"a\":1}", first!.RootElement.GetRawText());
        Assert.False(reader.IsAtEnd);
    }

    [Theory]
    [InlineData("{\"a\":1}{oops", "line 1, byte 2")]
    [InlineData("{\"a\":", "line 1")]
    [InlineData("{\"a\":1}}", "line 1, byte 1")]
    public async Task Malformed_JSON_is_reported_with_the_place(string body, string place)
    {
        var problem = await Assert.ThrowsAsync<ProblemException>(() => ReadAsync(body));

        Assert.Equal(400, problem.ErrorCode);
        Assert.Contains(place, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_record_beyond_the_limit_is_refused()
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        await pipe.Writer.WriteAsync(Encoding.UTF8.GetBytes("\"" + new string('x',
            JsonObjectReader.MaxRecordJsonBytes + 1)));

        var problem = await Assert.ThrowsAsync<ProblemException>(() => ReadAllAsync(pipe));

        Assert.Equal(413, problem.ErrorCode);
    }
}
