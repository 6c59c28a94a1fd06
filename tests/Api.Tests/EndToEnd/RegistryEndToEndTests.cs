using Platform.Api.Tests.Hosting;

namespace Platform.Api.Tests.EndToEnd;

/// <summary>The registry on a _schemas topic in a running broker.</summary>
public sealed class RegistryEndToEndTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>
{
    private const string Vendor = "application/vnd.schemaregistry.v1+json";

    private Task<(int Status, System.Text.Json.JsonElement Body)> Register(string subject, string schema) =>
        cluster.Registry.CallAsync(HttpMethod.Post, $"/subjects/{subject}/versions",
            $$"""{"schema":{{System.Text.Json.JsonSerializer.Serialize(schema)}}}""", Vendor);

    [Fact]
    public async Task Schemas_survive_a_restart_and_deleted_ids_are_not_given_again()
    {
        var kept = await Register("kept", "string");
        var gone = await Register("gone", "long");
        await cluster.Registry.CallAsync(HttpMethod.Delete, "/subjects/gone");
        await cluster.Registry.CallAsync(HttpMethod.Delete, "/subjects/gone?permanent=true");

        await cluster.RestartApiAsync();
        var found = await cluster.Registry.CallAsync(HttpMethod.Get, "/subjects/kept/versions/latest");
        var next = await Register("next", "double");

        Assert.Equal(1, kept.Body.GetProperty("id").GetInt32());
        Assert.Equal(2, gone.Body.GetProperty("id").GetInt32());
        Assert.Equal("\"string\"", found.Body.GetProperty("schema").GetString());
        Assert.Equal(3, next.Body.GetProperty("id").GetInt32());
        var policy = await cluster.GetAsync(cluster.Cluster + "/topics/_schemas/configs/cleanup.policy");
        Assert.Equal("compact", policy.Body.GetProperty("value").GetString());
    }
}
