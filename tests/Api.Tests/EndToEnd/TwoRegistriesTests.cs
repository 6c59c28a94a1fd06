using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Platform.Api.Hosting;
using Platform.Api.Tests.Hosting;

namespace Platform.Api.Tests.EndToEnd;

/// <summary>Two registries on one cluster: one leads, the other hands writes on.</summary>
public sealed class TwoRegistriesTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>
{
    private const string Avro = "application/vnd.schemaregistry.v1+json";

    [Fact]
    public async Task Writes_through_either_registry_get_ids_of_one_sequence_and_are_read_back_where_they_were_sent()
    {
        var (app, other) = await StartOtherAsync();
        await using var running = app;

        var ids = new List<int>();
        for (var i = 0; i < 10; i++)
        {
            var through = i % 2 == 0 ? cluster.Registry : other;
            var written = await RegisterAsync(through, $"either-{i}", i);
            ids.Add(written.GetProperty("id").GetInt32());
            var read = await through.CallAsync(HttpMethod.Get, $"/subjects/either-{i}/versions/latest");
            Assert.Equal(ids[^1], read.Body.GetProperty("id").GetInt32());
        }

        Assert.Equal(Enumerable.Range(ids[0], 10), ids);
        Assert.NotEqual(await LeadsAsync(cluster.Registry), await LeadsAsync(other));
    }

    [Fact]
    public async Task The_other_registry_hands_on_settings_refusals_and_deletions()
    {
        var (app, other) = await StartOtherAsync();
        await using var running = app;
        await RegisterAsync(cluster.Registry, "handed", 100);

        var level = await other.CallAsync(HttpMethod.Put, "/config/handed", """{"compatibility":"NONE"}""", Avro);
        var read = await other.CallAsync(HttpMethod.Get, "/config/handed");
        var wrong = await other.CallAsync(HttpMethod.Put, "/config/handed", """{"compatibility":"SIDEWAYS"}""", Avro);
        var deleted = await other.CallAsync(HttpMethod.Delete, "/subjects/handed");
        var again = await other.CallAsync(HttpMethod.Delete, "/subjects/handed");

        Assert.Equal((200, "NONE"), (level.Status, read.Body.GetProperty("compatibilityLevel").GetString()));
        Assert.Equal(42203, wrong.ErrorCode());
        Assert.Equal((200, "[1]"), (deleted.Status, deleted.Body.GetRawText()));
        Assert.Equal(40404, again.ErrorCode());
    }

    [Fact]
    public async Task When_the_leader_stops_the_other_one_goes_on_with_the_next_id()
    {
        var (app, other) = await StartOtherAsync();
        await using var running = app;
        var before = await RegisterAsync(other, "before-stop", 200);

        await cluster.RestartApiAsync();
        var after = await RegisterAsync(other, "after-stop", 201);
        var last = await RegisterAsync(cluster.Registry, "through-the-new-one", 202);

        int[] ids = [.. new[] { before, after, last }.Select(one => one.GetProperty("id").GetInt32())];
        Assert.Equal(Enumerable.Range(ids[0], 3), ids);
    }

    private async Task<(WebApplication App, HttpClient Client)> StartOtherAsync()
    {
        var app = ApiHost.Build(new ApiOptions
        {
            BootstrapServers = cluster.BootstrapServers,
            RegistryPort = 0,
            RestPort = 0,
        });
        await app.StartAsync();
        return (app, new HttpClient { BaseAddress = app.Addresses().Registry });
    }

    private static async Task<bool> LeadsAsync(HttpClient registry) =>
        (await registry.CallAsync(HttpMethod.Get, "/v1/metadata/leader")).Body.GetProperty("is_leader").GetBoolean();

    private static async Task<JsonElement> RegisterAsync(HttpClient registry, string subject, int number)
    {
        var schema = JsonSerializer.Serialize($$"""{"type":"record","name":"N{{number}}","fields":[]}""");
        var answer = await registry.CallAsync(
            HttpMethod.Post, $"/subjects/{subject}/versions", $$"""{"schema":{{schema}}}""", Avro);
        Assert.True(answer.Status == 200, answer.Body.Text());
        return answer.Body;
    }
}
