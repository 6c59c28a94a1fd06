using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Xunit.Abstractions;

namespace Platform.Compatibility;

/// <summary>Two registries over three brokers. REGISTRY_FAILOVER_SECONDS lengthens the load around the kill.</summary>
public sealed class RegistryFailoverTests(ITestOutputHelper output)
{
    private const int WritesPerSecond = 200;
    private const int MaxAttempts = 1_000;
    private const int MaxOutstanding = 300;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static readonly int LoadSeconds =
        int.Parse(Environment.GetEnvironmentVariable("REGISTRY_FAILOVER_SECONDS") ?? "3");

    private static string? LastRefusal { get; set; }

    private sealed record Acknowledged(string Subject, string Schema, int Id, TimeSpan At);

    [Fact]
    public async Task No_id_is_given_twice_and_no_acknowledged_schema_is_lost_when_the_leader_and_a_broker_are_killed()
    {
        await using var cluster = await ReplicatedRegistry.StartAsync();
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(15) };
        Assert.NotEqual(0, (await RegisterAsync(http, [cluster.Registries[0]], "first", 0, Stopwatch.StartNew())).Id);
        var leader = await cluster.LeaderAsync(cluster.Registries[0]);
        var survivor = cluster.Registries.Single(one => one != leader);
        var broker = await cluster.SchemasLeadByControllerAsync(survivor);
        var clock = Stopwatch.StartNew();
        var acknowledged = new ConcurrentBag<Acknowledged>();
        using var stop = new CancellationTokenSource();
        var load = LoadAsync(http, cluster.Registries, acknowledged, clock, stop.Token);
        await UntilAsync(cluster, () => acknowledged.Count >= WritesPerSecond * LoadSeconds / 2);

        await Task.WhenAll(cluster.KillRegistryAsync(leader), cluster.KillBrokerAsync(broker));
        var killed = clock.Elapsed;
        await UntilAsync(cluster, () => acknowledged.Count(one => one.At > killed) >= WritesPerSecond * LoadSeconds);
        await stop.CancelAsync();
        await load;

        var ids = acknowledged.Select(one => one.Id).ToList();
        Assert.Equal(ids.Count, ids.Distinct().Count());
        foreach (var one in acknowledged)
        {
            var found = await http.GetFromJsonAsync<JsonElement>($"{survivor}/subjects/{one.Subject}/versions/1");
            Assert.Equal((one.Id, one.Schema),
                (found.GetProperty("id").GetInt32(), found.GetProperty("schema").GetString()));
        }
        Assert.Equal(survivor, await cluster.LeaderAsync(survivor));
        // Not the first after the kill: answers that were under way arrive late.
        var times = acknowledged.Select(one => one.At).Order().ToList();
        var pause = times.Zip(times.Skip(1), (earlier, later) => later - earlier).Max();
        output.WriteLine($"{ids.Count} schemas acknowledged, longest pause {pause.TotalSeconds:F1} s "
            + $"(broker {broker} led the log and the controllers)");
    }

    [Fact]
    public async Task A_leader_that_was_paused_cannot_write_when_it_wakes_up()
    {
        await using var cluster = await ReplicatedRegistry.StartAsync();
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(30) };
        var clock = Stopwatch.StartNew();
        await RegisterAsync(http, [cluster.Registries[0]], "before", 0, clock);
        // The other one joins the group with its first write, and hands it on.
        await RegisterAsync(http, [cluster.Registries[1]], "through-the-other", 1, clock);
        var paused = await cluster.LeaderAsync(cluster.Registries[0]);
        var other = cluster.Registries.Single(one => one != paused);

        await cluster.SignalAsync(paused, "STOP");
        var meanwhile = await RegisterAsync(http, [other], "meanwhile", 2, clock);
        await cluster.SignalAsync(paused, "CONT");
        var woken = await RegisterAsync(http, [paused], "woken", 3, clock);

        Assert.Equal([3, 4], [meanwhile.Id, woken.Id]);
        var found = await http.GetFromJsonAsync<JsonElement>($"{paused}/subjects/meanwhile/versions/1");
        Assert.Equal(3, found.GetProperty("id").GetInt32());
    }

    private static async Task LoadAsync(HttpClient http, IReadOnlyList<string> registries,
        ConcurrentBag<Acknowledged> acknowledged, Stopwatch clock, CancellationToken stop)
    {
        var writes = new List<Task>();
        using var outstanding = new SemaphoreSlim(MaxOutstanding);
        for (var number = 1; !stop.IsCancellationRequested; number++)
        {
            await outstanding.WaitAsync(CancellationToken.None);
            var turned = number % 2 == 0 ? registries : [.. registries.Reverse()];
            writes.Add(WriteAsync(turned, number));
            var due = TimeSpan.FromSeconds((double)number / WritesPerSecond);
            if (due > clock.Elapsed)
                await Task.Delay(due - clock.Elapsed, CancellationToken.None);
        }
        await Task.WhenAll(writes);

        async Task WriteAsync(IReadOnlyList<string> turned, int number)
        {
            acknowledged.Add(await RegisterAsync(http, turned, $"s{number}", number, clock));
            outstanding.Release();
        }
    }

    // As Confluent's clients do: a failed attempt goes to the next address.
    private static async Task<Acknowledged> RegisterAsync(
        HttpClient http, IReadOnlyList<string> registries, string subject, int number, Stopwatch clock)
    {
        var schema = $$"""{"type":"record","name":"R{{number}}","fields":[]}""";
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                using var answer = await http.PostAsJsonAsync(
                    $"{registries[attempt % registries.Count]}/subjects/{subject}/versions", new { schema });
                var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
                if (answer.IsSuccessStatusCode)
                    return new Acknowledged(subject, schema, body.GetProperty("id").GetInt32(), clock.Elapsed);
                Assert.True((int)answer.StatusCode >= 500, body.GetRawText());
                LastRefusal = $"{clock.Elapsed}: {body.GetRawText()}";
            }
            catch (Exception error) when (error is HttpRequestException or OperationCanceledException
                && attempt < MaxAttempts)
            {
                await Task.Delay(50);
            }
        }
    }

    private static async Task UntilAsync(ReplicatedRegistry cluster, Func<bool> condition)
    {
        var limit = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(limit.Elapsed < Limit, $"last refusal: {LastRefusal}\n{cluster.Output}");
            await Task.Delay(20);
        }
    }
}
