using System.Text.Json;
using Platform.Api.Tests.Hosting;

namespace Platform.Api.Tests.SchemaRegistry;

/// <summary>Subjects that are bound to topics.</summary>
public sealed class AssociationHttpTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Schema = """{"schema":"\"string\""}""";

    private Task<(int Status, JsonElement Body)> Put(HttpMethod method, string resource, string associations, string query = "") =>
        api.Registry.CallAsync(method, "/associations" + query,
            $$"""
            {"resourceName":"{{resource}}","resourceNamespace":"cluster","resourceId":"id-{{resource}}","resourceType":"topic",
             "associations":[{{associations}}]}
            """);

    private Task<(int Status, JsonElement Body)> Get(string path) => api.Registry.CallAsync(HttpMethod.Get, "/associations" + path);

    private static string Subjects(JsonElement list) =>
        string.Join(',', list.EnumerateArray().Select(one => one.GetProperty("subject").GetString()));

    [Fact]
    public async Task A_topic_is_bound_to_subjects_whose_schemas_come_along()
    {
        var made = await Put(HttpMethod.Post, "orders", $$"""
            {"subject":"orders-k","associationType":"key","schema":{{Schema}}},
            {"subject":"orders-v","associationType":"value","lifecycle":"STRONG","schema":{{Schema}}}
            """);

        var byName = await Get("/resources/-/orders?resourceType=topic&associationType=value&offset=0&limit=-1");
        var byId = await Get("/resources/id-orders");
        var bySubject = await Get("/subjects/orders-k");
        var registered = await api.Registry.CallAsync(HttpMethod.Get, "/subjects/orders-v/versions");

        Assert.Equal("\"string\"", made.Body.GetProperty("associations")[1].GetProperty("schema").GetProperty("schema").GetString());
        Assert.Equal("orders-v", Subjects(byName.Body));
        Assert.Equal("orders-k,orders-v", Subjects(byId.Body));
        Assert.Equal(("WEAK", "id-orders"), (bySubject.Body[0].GetProperty("lifecycle").GetString(),
            bySubject.Body[0].GetProperty("resourceId").GetString()));
        Assert.Equal("[1]", registered.Body.GetRawText());
        Assert.Equal("[]", (await Get("/resources/other/orders")).Body.GetRawText());
    }

    [Fact]
    public async Task A_dry_run_binds_and_registers_nothing()
    {
        var tried = await Put(HttpMethod.Post, "tried", $$"""{"subject":"tried-v","schema":{{Schema}}}""", "?dryRun=true");

        Assert.Equal(200, tried.Status);
        Assert.Equal("[]", (await Get("/resources/id-tried")).Body.GetRawText());
        Assert.Equal(404, (await api.Registry.CallAsync(HttpMethod.Get, "/subjects/tried-v/versions")).Status);
    }

    [Fact]
    public async Task What_contradicts_an_association_is_refused()
    {
        await Put(HttpMethod.Post, "owner", $$"""{"subject":"owned","lifecycle":"STRONG","frozen":true,"schema":{{Schema}}}""");

        var again = await Put(HttpMethod.Post, "owner", """{"subject":"owned","lifecycle":"WEAK","frozen":false}""");
        var frozen = await Put(HttpMethod.Put, "owner", """{"subject":"owned","lifecycle":"STRONG","associationType":"value"}""");
        var changed = await Put(HttpMethod.Put, "owner", """{"subject":"owned","lifecycle":"WEAK","frozen":false}""");
        var other = await Put(HttpMethod.Post, "second", """{"subject":"owned","lifecycle":"STRONG"}""");
        var nothing = await Put(HttpMethod.Post, "third", """{"subject":"never-registered"}""");
        var twice = await Put(HttpMethod.Post, "fourth", """{"subject":"a"},{"subject":"b"}""");
        var deleted = await api.Registry.CallAsync(HttpMethod.Delete, "/associations/resources/nobody?associationType=key");

        Assert.Equal([40902, 40903, 40905, 42212, 40410],
            new[] { again, other, nothing, twice, deleted }.Select(answer => answer.ErrorCode()));
        // To say again what holds already changes nothing, frozen or not.
        Assert.Equal((200, 200), (frozen.Status, changed.Status));
    }

    [Fact]
    public async Task A_strongly_bound_subject_goes_with_its_topic()
    {
        await Put(HttpMethod.Post, "leaving", $$"""{"subject":"leaving-v","lifecycle":"STRONG","schema":{{Schema}}}""");

        var ended = await api.Registry.CallAsync(
            HttpMethod.Delete, "/associations/resources/id-leaving?resourceType=topic&cascadeLifecycle=true");

        Assert.Equal(204, ended.Status);
        Assert.Equal("[]", (await Get("/subjects/leaving-v")).Body.GetRawText());
        Assert.Equal(404, (await api.Registry.CallAsync(HttpMethod.Get, "/subjects/leaving-v/versions")).Status);
    }
}
