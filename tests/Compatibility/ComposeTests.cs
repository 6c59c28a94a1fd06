using System.Text.Json;

namespace Platform.Compatibility;

/// <summary>docker-compose.yml, without Docker: its syntax by docker-compose itself, its services as processes.</summary>
public sealed class ComposeTests
{
    private static readonly string[] Nodes = ["kafka-1", "kafka-2", "kafka-3"];

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
}
