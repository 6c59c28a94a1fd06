using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Xunit.Abstractions;

namespace Platform.Compatibility;

/// <summary>Two REST proxies as processes: consumer instances of v2 outlive the one that holds them.</summary>
public sealed class ConsumerFailoverTests(ITestOutputHelper output) : IDisposable
{
    private const int Records = 300;
    private const string Topic = "failover";
    private const string V2 = "application/vnd.kafka.v2+json";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly HttpClient _http = new() { Timeout = Limit };

    public void Dispose() => _http.Dispose();

    [Theory]
    [InlineData("KILL")]
    [InlineData("STOP")]
    public async Task What_was_committed_does_not_come_again_and_nothing_is_lost_when_the_owner_dies_or_hangs(string signal)
    {
        await using var cluster = await ReplicatedRegistry.StartAsync();
        var (a, b) = (RestOf(cluster.Registries[0]), RestOf(cluster.Registries[1]));
        await ProduceAsync(b, 0, Records);
        var path = await CreateAsync(a);
        var read = new List<int>();

        while (read.Count < Records)
        {
            // The replica that the client happens to reach: first both, then the one that is left.
            var through = read.Count % 2 == 0 || read.Count >= Records / 2 ? b : a;
            read.AddRange(await ReadAsync(through, path));
            await PostAsync(through, path + "/offsets", null);
            if (read.Count == Records / 2)
                await cluster.SignalAsync(cluster.Registries[0], signal);
        }
        if (signal == "STOP")
            await cluster.SignalAsync(cluster.Registries[0], "CONT");
        await ProduceAsync(b, Records, 1);

        Assert.Equal(Enumerable.Range(0, Records), read);
        // One that was only asleep finds out that it does not own the instance any more.
        Assert.Equal([Records], await ReadAsync(signal == "STOP" ? a : b, path));
        output.WriteLine($"{signal}: {read.Count} records, each once");
    }

    private static string RestOf(string registry) => registry.Replace(":8081", ":8082", StringComparison.Ordinal);

    private async Task<string> CreateAsync(string proxy)
    {
        var created = await PostAsync(proxy, "/consumers/failover",
            """{"name":"one","format":"json","auto.offset.reset":"earliest","auto.commit.enable":"false"}""");
        var path = new Uri(created.GetProperty("base_uri").GetString()!).AbsolutePath;
        await PostAsync(proxy, path + "/subscription", $$"""{"topics":["{{Topic}}"]}""");
        return path;
    }

    private Task ProduceAsync(string proxy, int first, int count) => PostAsync(proxy, $"/topics/{Topic}",
        $$"""{"records":[{{string.Join(',', Enumerable.Range(first, count).Select(i => $$"""{"partition":0,"value":{{i}}}"""))}}]}""",
        "application/vnd.kafka.json.v2+json");

    private async Task<IEnumerable<int>> ReadAsync(string proxy, string path)
    {
        var page = await _http.GetFromJsonAsync<JsonElement>($"{proxy}{path}/records?timeout=20000&max_bytes=1");
        return page.EnumerateArray().Select(record => record.GetProperty("value").GetInt32());
    }

    private async Task<JsonElement> PostAsync(string proxy, string path, string? body, string contentType = V2)
    {
        using var content = body is null ? null : new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue(contentType));
        using var answer = await _http.PostAsync(proxy + path, content);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return text.Length == 0 ? default : JsonElement.Parse(text);
    }
}
