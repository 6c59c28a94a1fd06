using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Platform.Bench.Http;

/// <summary>The servers that are measured, and what every run needs of them.</summary>
internal sealed class Setting(string rest, string registry, int pid, double seconds) : IDisposable
{
    private const string JsonType = "application/json";
    private readonly HttpClient _http = new();

    public string Rest { get; } = rest;

    public string Registry { get; } = registry;

    public double Seconds { get; } = seconds;

    /// <summary>Resident megabytes of the server.</summary>
    public double ResidentMegabytes()
    {
        var line = File.ReadLines($"/proc/{pid}/status").First(one => one.StartsWith("VmRSS:", StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1000;
    }

    /// <summary>Creates a topic and returns its path in v3.</summary>
    public async Task<string> TopicAsync(string name, int partitions)
    {
        using var clusters = JsonDocument.Parse(await _http.GetStringAsync($"http://{Rest}/v3/clusters"));
        var id = clusters.RootElement.GetProperty("data")[0].GetProperty("cluster_id").GetString();
        await SendAsync(HttpMethod.Post, $"http://{Rest}/v3/clusters/{id}/topics",
            $$"""{"topic_name":"{{name}}","partitions_count":{{partitions}}}""");
        return $"/v3/clusters/{id}/topics/{name}";
    }

    /// <summary>Sends a request that must succeed.</summary>
    public async Task<string> SendAsync(HttpMethod method, string url, string? body, string type = JsonType)
    {
        using var request = new HttpRequestMessage(method, url);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        }
        using var answer = await _http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode ? text : throw new InvalidDataException($"{method} {url}: {text}");
    }

    public void Dispose() => _http.Dispose();
}
