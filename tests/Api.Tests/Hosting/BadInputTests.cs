using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Platform.Api.Tests.Hosting;

/// <summary>
/// Input that is made to hurt: each gets its code within a moment, in Confluent's form or in that of RFC 9457, nothing of
/// it stays, and the service goes on.
/// </summary>
public sealed class BadInputTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Vendor = "application/vnd.schemaregistry.v1+json";
    private const string Problem = "application/problem+json";
    private const int Deep = 20_000;

    // Far more than any of it takes, far less than what it is about to prevent.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public static TheoryData<string, string, string, int> Schemas => new()
    {
        { "deep Avro", "AVRO", Nested("""{"type":"array","items":""", "\"int\"", "}"), 42201 },
        { "deep Avro that is cut off", "AVRO", Nested("""{"type":"array","items":""", "", ""), 42201 },
        { "deep JSON Schema", "JSON", Nested("""{"not":""", "{}", "}"), 42201 },
        { "deep JSON Schema of lists", "JSON", $$"""{"enum":{{Nested("[", "1", "]")}}}""", 42201 },
        { "deep Protobuf", "PROTOBUF", Nested("message M {", "", "}"), 42201 },
        { "deep Protobuf options", "PROTOBUF", $$"""message M { option (o) = {{Nested("{ a: ", "1", "}")}}; }""", 42201 },
        { "gigantic Avro", "AVRO", $$"""{"type":"fixed","size":1,"name":"{{new string('n', 1_000_000)}}"}""", 42209 },
        { "gigantic Protobuf", "PROTOBUF", new string(' ', 1_000_000) + "message M {}", 42209 },
        { "Avro field twice", "AVRO", """{"type":"record","name":"R","fields":[{"name":"a","type":"int"},{"name":"a","type":"int"}]}""", 42201 },
        { "Protobuf number twice", "PROTOBUF", "message M { int32 a = 1; int32 b = 1; }", 42201 },
        { "Protobuf that imports nothing", "PROTOBUF", "import \"nothing.proto\"; message M { N n = 1; }", 42201 },
        { "JSON Schema that refers to nothing", "JSON", """{"$ref":"nothing.json"}""", 42201 },
        { "JSON Schema with an impossible pattern", "JSON", """{"pattern":"("}""", 42201 },
        { "half of a surrogate pair", "AVRO", """{"type":"enum","name":"E","symbols":["\ud800"]}""", 42201 },
        { "half of a surrogate pair in a name", "JSON", """{"title":"t","\ud800":1,"enum":["\udc00"]}""", 42201 },
    };

    [Theory]
    [MemberData(nameof(Schemas))]
    public async Task A_bad_schema_gets_its_code_and_leaves_nothing_behind(string what, string type, string schema, int code)
    {
        var body = $$"""{"schemaType":"{{type}}","schema":{{JsonSerializer.Serialize(schema)}}}""";
        var subject = Uri.EscapeDataString(what);

        var plain = await PostAsync($"/subjects/{subject}/versions", body, Vendor);
        var problem = await PostAsync($"/subjects/{subject}/versions", body, Problem);

        Assert.Equal((code, Vendor), (plain.Code, plain.Type));
        Assert.Equal((code, Problem), (problem.Code, problem.Type));
        Assert.True(plain.Message.Length is > 10 and < 1_000, plain.Message);
        Assert.Equal(40401, (await api.Registry.CallAsync(HttpMethod.Get, $"/subjects/{subject}/versions")).ErrorCode());
    }

    [Theory]
    [InlineData("""{"schema":"\"int\"","schema":"\"long\""}""", 200)]
    [InlineData("""{"schema":""", 400)]
    [InlineData("""["schema"]""", 400)]
    [InlineData("""{"schema":7}""", 400)]
    [InlineData("""{"schema":"\ud800"}""", 400)]
    [InlineData("""{"schema":"\"int\"","metadata":{"properties":{"\ud800":"x"}}}""", 400)]
    [InlineData("""{"schema":"\"int\"","references":[{"name":"n","subject":"nowhere","version":1}]}""", 42201)]
    [InlineData("""{"schema":"\"int\"","references":[{"name":"n","subject":"itself","version":-1}]}""", 42201)]
    public async Task A_bad_body_gets_its_code_in_both_forms(string body, int code)
    {
        var plain = await PostAsync("/subjects/itself/versions?dry_run=true", body, Vendor);
        var problem = await PostAsync("/subjects/itself/versions?dry_run=true", body, Problem);

        Assert.Equal((code, code), (plain.Code, problem.Code));
        Assert.DoesNotContain("Platform.", plain.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_of_brackets_only_is_refused_and_not_a_crash()
    {
        var answer = await PostAsync("/subjects/brackets/versions", new string('[', 1_000_000), Vendor);

        Assert.Equal(400, answer.Code);
    }

    // Each type names the next one twice: followed without memory, sixty of them are more than a quintillion paths.
    [Theory]
    [InlineData("AVRO")]
    [InlineData("JSON")]
    [InlineData("PROTOBUF")]
    public async Task Types_that_double_at_each_step_are_compared_in_bounded_time(string type)
    {
        var (first, second) = (Doubling(type, "a"), Doubling(type, "b"));
        var subject = "doubling-" + type;

        var registered = await PostAsync($"/subjects/{subject}/versions", first, Vendor);
        var compared = await PostAsync($"/compatibility/subjects/{subject}/versions/latest?verbose=true", second, Vendor);

        Assert.Equal((200, 200), (registered.Code, compared.Code));
    }

    [Theory]
    [InlineData("AVRO", """{"type":"record","name":"R","fields":[{"name":"next","type":["null","R"]}]}""")]
    [InlineData("JSON", """{"$ref":"#"}""")]
    [InlineData("JSON", """{"properties":{"a":{"$ref":"#/properties/b"},"b":{"$ref":"#/properties/a"}}}""")]
    [InlineData("PROTOBUF", "message M { M next = 1; }")]
    public async Task Types_that_name_themselves_are_compared_in_bounded_time(string type, string schema)
    {
        var body = $$"""{"schemaType":"{{type}}","schema":{{JsonSerializer.Serialize(schema)}}}""";
        var subject = $"recursive-{type}-{schema.Length}";

        var registered = await PostAsync($"/subjects/{subject}/versions", body, Vendor);
        var compared = await PostAsync($"/compatibility/subjects/{subject}/versions", body, Vendor);

        Assert.Equal((200, 200), (registered.Code, compared.Code));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_that_comes_too_slowly_or_not_at_all_ends_the_request(bool isClosed)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(api.Registry.BaseAddress!.Host, api.Registry.BaseAddress.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"POST /subjects/slow/versions HTTP/1.1\r\nHost: {api.Registry.BaseAddress.Authority}\r\n"
            + $"Content-Type: {Vendor}\r\nContent-Length: 1000\r\n\r\n" + """{"schema":"""));
        if (isClosed)
            client.Client.Shutdown(SocketShutdown.Send);

        var answer = await ReadToEndAsync(stream).WaitAsync(Limit);

        // Who has hung up is told nothing; who is slow learns why.
        Assert.Equal(isClosed ? "" : "408", answer.Length == 0 ? "" : answer.Split(' ')[1]);
        Assert.Equal(40401, (await api.Registry.CallAsync(HttpMethod.Get, "/subjects/slow/versions")).ErrorCode());
    }

    private static async Task<string> ReadToEndAsync(Stream stream)
    {
        using var reader = new StreamReader(stream);
        try
        {
            return await reader.ReadToEndAsync();
        }
        catch (IOException)
        {
            return "";
        }
    }

    private static string Nested(string open, string inner, string close) => new StringBuilder()
        .Insert(0, open, Deep).Append(inner).Insert(Deep * open.Length + inner.Length, close, Deep).ToString();

    private static string Doubling(string type, string name)
    {
        const int steps = 60;
        var schema = type switch
        {
            "AVRO" => Enumerable.Range(0, steps).Reverse().Aggregate("\"int\"", (inner, i) =>
                $$$"""
                {"type":"record","name":"R{{{i}}}","fields":[{"name":"x","type":{{{inner}}}},
                    {"name":"y","type":"{{{(i == steps - 1 ? "int" : $"R{i + 1}")}}}"},{"name":"{{{name}}}","type":"int","default":0}]}
                """),
            "JSON" => "{\"$ref\":\"#/definitions/d0\",\"definitions\":{" + string.Concat(Enumerable.Range(0, steps).Select(i =>
                $$$"""
                "d{{{i}}}":{"allOf":[{"$ref":"#/definitions/d{{{i + 1}}}"},
                    {"properties":{"p":{"$ref":"#/definitions/d{{{i + 1}}}"},"{{{name}}}":{} } }]},
                """)) + $"\"d{steps}\":{{\"type\":\"object\"}}}}}}",
            _ => string.Concat(Enumerable.Range(0, steps).Select(i =>
                $"message M{i} {{ M{i + 1} x = 1; M{i + 1} y = 2; int32 {name} = 3; }}")) + $"message M{steps} {{ int32 {name} = 1; }}",
        };
        return $$"""{"schemaType":"{{type}}","schema":{{JsonSerializer.Serialize(schema)}}}""";
    }

    private async Task<(int Code, string? Type, string Message)> PostAsync(string path, string body, string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(Vendor);
        request.Headers.Accept.ParseAdd(accept == Problem ? $"{Vendor}, {Problem}" : accept);
        using var answer = await api.Registry.SendAsync(request).WaitAsync(Limit);
        var json = JsonElement.Parse(await answer.Content.ReadAsStringAsync());
        var code = answer.IsSuccessStatusCode ? (int)answer.StatusCode : json.GetProperty("error_code").GetInt32();
        return (code, answer.Content.Headers.ContentType?.MediaType,
            answer.IsSuccessStatusCode ? "" : json.GetProperty("message").GetString()!);
    }
}
