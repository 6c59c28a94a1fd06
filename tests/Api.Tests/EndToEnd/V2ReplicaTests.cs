using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Platform.Api.Hosting;
using Platform.Api.Tests.Hosting;

namespace Platform.Api.Tests.EndToEnd;

/// <summary>Consumer instances outlive the process that made them, and any replica of the proxy serves them.</summary>
public sealed class V2ReplicaTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>, IAsyncLifetime
{
    private const string V2 = "application/vnd.kafka.v2+json";
    private const string Json = "application/vnd.kafka.json.v2+json";
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(4);

    private readonly List<WebApplication> _running = [];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var app in _running)
            await app.DisposeAsync();
    }

    [Fact]
    public async Task After_a_restart_an_instance_goes_on_where_it_was_committed_or_not()
    {
        var first = await StartAsync();
        await ProduceAsync("restarted", 1, 2, 3, 4);
        var consumer = await CreateAsync(first, "restarted", """ "auto.commit.enable":"false" """, subscribeTo: "restarted");
        Assert.Equal([1], await ReadAsync(first, consumer, "&max_bytes=1"));
        await PostAsync(first, consumer + "/offsets", null);
        Assert.Equal([2], await ReadAsync(first, consumer, "&max_bytes=1"));

        var second = await RestartAsync(first);
        var read = await ReadAsync(second, consumer, "&max_bytes=1");
        await PostAsync(second, consumer + "/offsets", null);
        var committed = await second.CallAsync(HttpMethod.Get, consumer + "/offsets?topic=restarted&partition=0");

        Assert.Equal([3], read);
        Assert.Equal(3, committed.Body.GetProperty("offsets")[0].GetProperty("offset").GetInt32());
        Assert.Equal([4], await ReadAsync(await RestartAsync(second), consumer));
    }

    [Fact]
    public async Task Nothing_is_lost_that_was_produced_while_no_proxy_ran()
    {
        var first = await StartAsync();
        await ProduceAsync("meanwhile", 1);
        // Without a commit, only the proxy knows where "latest" was.
        var consumer = await CreateAsync(first, "meanwhile", """ "auto.offset.reset":"latest" """, subscribeTo: "meanwhile");
        Assert.Empty(await ReadAsync(first, consumer, timeoutMs: 2_000));

        await StopAsync(first);
        await ProduceAsync("meanwhile", 2, 3);

        Assert.Equal([2, 3], await ReadAsync(await StartAsync(), consumer));
    }

    [Fact]
    public async Task An_instance_is_made_read_and_deleted_through_different_replicas()
    {
        var (a, b) = (await StartAsync(), await StartAsync());
        await ProduceAsync("shared", 1, 2);
        var consumer = await CreateAsync(a, "shared", """ "auto.commit.enable":"true" """);

        await PostAsync(b, consumer + "/subscription", """{"topics":["shared"]}""");
        Assert.Equal([1], await ReadAsync(a, consumer, "&max_bytes=1"));
        Assert.Equal([2], await ReadAsync(b, consumer, "&max_bytes=1"));
        var again = await b.CallAsync(HttpMethod.Post, "/consumers/shared", """{"name":"shared"}""", V2);
        var wrongFormat = await CallAsync(b, consumer + "/records", "application/vnd.kafka.avro.v2+json");
        var deleted = await b.CallAsync(HttpMethod.Delete, consumer);

        Assert.Equal((40902, 40601, 204), (again.ErrorCode(), wrongFormat, deleted.Status));
        Assert.Equal(40403, (await a.CallAsync(HttpMethod.Get, consumer + "/subscription")).ErrorCode());
        Assert.Equal(40403, (await b.CallAsync(HttpMethod.Get, consumer + "/records")).ErrorCode());
        await CreateAsync(b, "shared", """ "format":"json" """);
    }

    [Fact]
    public async Task When_the_owner_has_gone_another_replica_goes_on_with_assignment_and_positions()
    {
        var (a, b) = (await StartAsync(), await StartAsync());
        await ProduceAsync("adopted", 0, 1, 2, 3, 4, 5);
        var consumer = await CreateAsync(a, "adopted", """ "auto.commit.enable":"false" """);
        const string partition = """{"topic":"adopted","partition":0""";
        await PostAsync(a, consumer + "/assignments", $$"""{"partitions":[{{partition}}}]}""");
        await PostAsync(a, consumer + "/offsets", $$"""{"offsets":[{{partition}},"offset":4}]}""");
        await PostAsync(a, consumer + "/positions", $$"""{"offsets":[{{partition}},"offset":1}]}""");

        await StopAsync(a);
        var read = await ReadAsync(b, consumer, "&max_bytes=1");
        await PostAsync(b, consumer + "/positions/beginning", $$"""{"partitions":[{{partition}}}]}""");

        Assert.Equal([1], read);
        Assert.Equal([0], await ReadAsync(b, consumer, "&max_bytes=1"));
        Assert.Equal(204, (await b.CallAsync(HttpMethod.Delete, consumer)).Status);
    }

    [Fact]
    public async Task An_instance_that_nobody_uses_expires_for_all_replicas_also_after_its_owner_has_gone()
    {
        var (a, b, c) = (await StartAsync(Short), await StartAsync(Short), await StartAsync(Short));
        await ProduceAsync("forgotten", 1);
        await CreateAsync(a, "orphaned", """ "format":"json" """, subscribeTo: "forgotten");
        await StopAsync(a);
        await CreateAsync(b, "forgotten", """ "format":"json" """, subscribeTo: "forgotten");

        var refused = await RefusalsUntilFreeAsync(c, "forgotten");

        Assert.NotEqual(0, refused);
        Assert.True(await RefusalsUntilFreeAsync(c, "orphaned") >= 0);
    }

    // Asking an instance keeps it alive; asking for its name does not.
    private static async Task<int> RefusalsUntilFreeAsync(HttpClient replica, string name)
    {
        for (var refused = 0; ; refused++)
        {
            var answer = await replica.CallAsync(HttpMethod.Post, "/consumers/" + name, $$"""{"name":"{{name}}"}""", V2);
            if (answer.Status == 200)
                return refused;
            Assert.Equal(40902, answer.ErrorCode());
            await Task.Delay(50);
        }
    }

    private async Task<HttpClient> StartAsync(TimeSpan? timeout = null)
    {
        var app = ApiHost.Build(new ApiOptions
        {
            BootstrapServers = cluster.BootstrapServers,
            RegistryPort = 0,
            RestPort = 0,
            ConsumerInstanceTimeout = timeout ?? TimeSpan.FromMinutes(5),
        });
        await app.StartAsync();
        _running.Add(app);
        return new HttpClient { BaseAddress = app.Addresses().Rest };
    }

    private async Task StopAsync(HttpClient replica)
    {
        var app = _running.Single(one => one.Addresses().Rest == replica.BaseAddress);
        _running.Remove(app);
        await app.DisposeAsync();
    }

    private async Task<HttpClient> RestartAsync(HttpClient replica)
    {
        await StopAsync(replica);
        return await StartAsync();
    }

    private async Task ProduceAsync(string topic, params int[] values)
    {
        var answer = await cluster.PostAsync("/topics/" + topic,
            $$"""{"records":[{{string.Join(',', values.Select(value => $$"""{"value":{{value}}}"""))}}]}""", Json);
        Assert.True(answer.Status == 200, answer.Body.Text());
    }

    private async Task<string> CreateAsync(HttpClient replica, string name, string settings, string? subscribeTo = null)
    {
        var all = settings.Contains("\"format\"") ? settings : settings + ""","format":"json" """;
        if (!all.Contains("auto.offset.reset"))
            all += ""","auto.offset.reset":"earliest" """;
        var created = await replica.CallAsync(HttpMethod.Post, "/consumers/" + name, $$"""{"name":"{{name}}",{{all}}}""", V2);
        Assert.True(created.Status == 200, created.Body.Text());
        var uri = new Uri(created.Body.GetProperty("base_uri").GetString()!);
        Assert.Equal(replica.BaseAddress!.Authority, uri.Authority);
        if (subscribeTo is not null)
            await PostAsync(replica, uri.AbsolutePath + "/subscription", $$"""{"topics":["{{subscribeTo}}"]}""");
        return uri.AbsolutePath;
    }

    private static async Task PostAsync(HttpClient replica, string path, string? body)
    {
        var answer = await replica.CallAsync(HttpMethod.Post, path, body, V2);
        Assert.True(answer.Status is 200 or 204, answer.Body.Text());
    }

    private static async Task<IReadOnlyList<int>> ReadAsync(
        HttpClient replica, string consumer, string query = "", int timeoutMs = 20_000)
    {
        var answer = await replica.CallAsync(HttpMethod.Get, $"{consumer}/records?timeout={timeoutMs}{query}");
        Assert.True(answer.Status == 200, answer.Body.Text());
        return [.. answer.Body.EnumerateArray().Select(record => record.GetProperty("value").GetInt32())];
    }

    private static async Task<int> CallAsync(HttpClient replica, string path, string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.ParseAdd(accept);
        using var answer = await replica.SendAsync(request);
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("error_code").GetInt32();
    }
}
