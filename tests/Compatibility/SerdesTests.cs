using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Platform.Compatibility;

/// <summary>
/// What kcat -s avro -r does. Debian builds kcat without it, since libserdes is no package there; so a script makes
/// libserdes' calls and reads Avro by avsc, and kcat itself takes apart the frame that it is told the layout of.
/// </summary>
public sealed class SerdesTests(PlatformFixture fixture) : IClassFixture<PlatformFixture>
{
    private const string Avro = "application/vnd.kafka.avro.v2+json";

    private const string Order = """{"type":"record","name":"Order","namespace":"shop","fields":["""
        + """{"name":"id","type":"long"},{"name":"note","type":["null","string"]},{"name":"lines","type":{"type":"array","items":"string"}}]}""";

    // With a slash at its end, as people write it.
    private readonly string _registry = fixture.Platform.Registry.ToString();
    private readonly HttpClient _rest = new() { BaseAddress = fixture.Platform.Rest };

    [Fact]
    public async Task What_the_proxy_writes_in_avro_is_read_as_kcat_reads_it()
    {
        var produced = await PostAsync("/topics/serdes-read", $$$"""
            {"value_schema":{{{JsonSerializer.Serialize(Order)}}},
             "records":[{"value":{"id":7,"note":{"string":"ä"},"lines":["a","b"]}},{"value":{"id":-8,"note":null,"lines":[]}}]}
            """, Avro);
        Assert.Equal(JsonValueKind.Null, produced.GetProperty("offsets")[1].GetProperty("error_code").ValueKind);

        var raw = await ReadBase64Async("serdes-read", "serdes-read");
        var read = new List<string>();
        foreach (var record in raw)
            read.Add((await RunAsync("deserialize", _registry, record)).GetProperty("value").GetRawText());

        Assert.Equal(["""{"id":7,"note":{"string":"ä"},"lines":["a","b"]}""", """{"id":-8,"note":null,"lines":[]}"""], read);
    }

    [Fact]
    public async Task Kcat_takes_apart_the_frame_of_what_the_proxy_writes()
    {
        var produced = await PostAsync("/topics/serdes-kcat",
            """{"value_schema":"\"string\"","records":[{"value":"hello"}]}""", Avro);
        var id = produced.GetProperty("value_schema_id").GetInt32();

        // Magic byte, id of the schema, length of the text (zig-zag of 5) and the text.
        var read = await ClientScript.KcatAsync(null, "-C", "-b", fixture.Platform.BootstrapServers, "-t", "serdes-kcat",
            "-e", "-q", "-s", "value=>bibs");

        Assert.Equal($"0{id}10hello", read.Replace(" ", "", StringComparison.Ordinal).TrimEnd());
    }

    [Fact]
    public async Task What_libserdes_registers_and_frames_is_read_by_the_proxy()
    {
        var written = await RunAsync("serialize", _registry, "serdes-written-value", Order,
            """{"id":7,"note":{"string":"ä"},"lines":["a"]}""");
        var latest = await RunAsync("latest", _registry, "serdes-written-value");
        await PostAsync("/topics/serdes-written", $$"""{"records":[{"value":{{written.GetProperty("base64").GetRawText()}} }]}""",
            "application/vnd.kafka.binary.v2+json");

        var read = await ReadAsync("serdes-written", "serdes-written", "avro");

        Assert.Equal("""{"id":7,"note":{"string":"ä"},"lines":["a"]}""", read[0].GetRawText());
        Assert.Equal("""{"id":true,"name":"shop.Order","missing":{"code":404,"body":"""
            + """{"error_code":40403,"message":"Schema 2147483647 not found"}}}""", latest.GetRawText());
    }

    private static Task<JsonElement> RunAsync(params string[] arguments) =>
        ClientScript.NodeAsync("libserdes.mjs", arguments);

    private async Task<IReadOnlyList<string>> ReadBase64Async(string topic, string group) =>
        [.. (await ReadAsync(topic, group, "binary")).Select(value => value.GetString()!)];

    private async Task<IReadOnlyList<JsonElement>> ReadAsync(string topic, string group, string format)
    {
        var created = await PostAsync($"/consumers/{group}",
            $$"""{"name":"c","format":"{{format}}","auto.offset.reset":"earliest"}""", "application/vnd.kafka.v2+json");
        var path = new Uri(created.GetProperty("base_uri").GetString()!).AbsolutePath;
        await PostAsync(path + "/subscription", $$"""{"topics":["{{topic}}"]}""", "application/vnd.kafka.v2+json");
        var records = JsonElement.Parse(await _rest.GetStringAsync(path + "/records?timeout=30000"));
        return [.. records.EnumerateArray().Select(record => record.GetProperty("value"))];
    }

    private async Task<JsonElement> PostAsync(string path, string body, string contentType)
    {
        using var content = new StringContent(body, Encoding.UTF8);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        using var answer = await _rest.PostAsync(path, content);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return text.Length == 0 ? default : JsonElement.Parse(text);
    }
}
