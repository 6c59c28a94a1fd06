using System.Text.Json;

namespace Platform.Compatibility;

/// <summary>docker-compose.yml, without Docker: its syntax by docker-compose itself, its services as processes.</summary>
public sealed class ComposeTests
{
    [Fact]
    public async Task Docker_compose_finds_nothing_wrong()
    {
        await using var cluster = await ComposeCluster.ReadAsync();

        Assert.Equal(["api", "dashboard", "kafka-1", "kafka-2", "kafka-3"], cluster.Services);
    }

    [Fact]
    public async Task The_services_become_healthy_and_form_one_cluster()
    {
        await using var cluster = await ComposeCluster.ReadAsync();
        foreach (var service in cluster.Services)
            cluster.Start(service);

        await Task.WhenAll(cluster.Services.Select(cluster.WhenHealthyAsync));

        using var http = new HttpClient { BaseAddress = new Uri($"http://{cluster.AddressOf("api")}:8082") };
        var clusters = await http.GetStringAsync("/v3/clusters");
        Assert.Contains("5L6g3nShT-eMCtK--X86sw", clusters);
        var brokers = JsonDocument.Parse(await http.GetStringAsync("/v3/clusters/5L6g3nShT-eMCtK--X86sw/brokers"));
        Assert.Equal([1, 2, 3], brokers.RootElement.GetProperty("data").EnumerateArray()
            .Select(broker => broker.GetProperty("broker_id").GetInt32()).Order());
    }

    [Fact]
    public async Task A_node_that_is_killed_costs_no_acknowledged_record()
    {
        string[] nodes = ["kafka-1", "kafka-2", "kafka-3"];
        await using var cluster = await ComposeCluster.ReadAsync();
        foreach (var node in nodes)
            cluster.Start(node);
        await Task.WhenAll(nodes.Select(cluster.WhenHealthyAsync));
        var servers = string.Join(',', nodes.Select(node => $"{cluster.AddressOf(node)}:19092"));

        var lines = Enumerable.Range(0, 4_000).Select(number => $"{number}\n").ToList();
        await ProduceAsync(servers, lines[..2_000]);
        await cluster.KillAsync("kafka-2");
        await ProduceAsync(servers, lines[2_000..]);

        var read = await ClientScript.KcatAsync(null, "-C", "-q", "-e", "-b", servers, "-t", "survivor", "-p", "0",
            "-o", "beginning", "-X", "check.crcs=true");
        Assert.Equal(string.Concat(lines), read);
    }

    private static Task<string> ProduceAsync(string servers, IEnumerable<string> lines) => ClientScript.KcatAsync(
        string.Concat(lines), "-P", "-b", servers, "-t", "survivor", "-p", "0", "-X", "enable.idempotence=true");
}
