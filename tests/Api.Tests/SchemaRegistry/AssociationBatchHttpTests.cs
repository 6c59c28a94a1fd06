using System.Text.Json;
using Platform.Api.SchemaRegistry.Associations;
using Platform.Api.Tests.Hosting;

namespace Platform.Api.Tests.SchemaRegistry;

/// <summary>Associations of many topics in one call.</summary>
public sealed class AssociationBatchHttpTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Schema = """{"schema":"\"string\""}""";

    private Task<(int Status, JsonElement Body)> Mutate(string query, params string[] requests) => api.Registry.CallAsync(
        HttpMethod.Post, "/associations:batchMutate" + query, $$"""{"requests":[{{string.Join(',', requests)}}]}""");

    private Task<(int Status, JsonElement Body)> Find(string query, params string[] requests) => api.Registry.CallAsync(
        HttpMethod.Post, "/associations:batchGet" + query, $$"""{"requests":[{{string.Join(',', requests)}}]}""");

    private Task<(int Status, JsonElement Body)> Get(string path) => api.Registry.CallAsync(HttpMethod.Get, path);

    private static string Of(string resource, params string[] operations) => $$"""
        {"resourceName":"{{resource}}","resourceNamespace":"lkc","resourceId":"id-{{resource}}","resourceType":"topic",
         "associations":[{{string.Join(',', operations)}}]}
        """;

    private static string Create(string more) => $$"""{"opType":"CREATE",{{more}}}""";

    private static int?[] Errors((int Status, JsonElement Body) answer) =>
        [.. answer.Body.GetProperty("results").EnumerateArray().Select(one =>
            one.TryGetProperty("error", out var error) ? error.GetProperty("error_code").GetInt32() : (int?)null)];

    private static JsonElement Result((int Status, JsonElement Body) answer, int at) =>
        answer.Body.GetProperty("results")[at].GetProperty("result");

    [Fact]
    public async Task Each_topic_of_a_batch_has_its_own_outcome_in_the_order_of_the_requests()
    {
        var mutated = await Mutate("",
            Of("made", Create($$"""  "associationType":"key","schema":{{Schema}}"""), Create($$"""  "schema":{{Schema}}""")),
            Of("refused", Create("""  "subject":"never-registered" """)),
            Of("also-made", Create($$"""  "schema":{{Schema}}""")));

        var made = Result(mutated, 0).GetProperty("associations");
        Assert.Equal((200, "id-made"), (mutated.Status, Result(mutated, 0).GetProperty("resourceId").GetString()));
        Assert.Equal([null, 40905, null], Errors(mutated));
        Assert.Equal(("key", ":.lkc:made-key", "STRONG", true), (made[0].GetProperty("associationType").GetString(),
            made[0].GetProperty("subject").GetString(), made[0].GetProperty("lifecycle").GetString(),
            made[0].GetProperty("frozen").GetBoolean()));
        Assert.Equal("value", made[1].GetProperty("associationType").GetString());
        Assert.Equal("[1]", (await Get("/subjects/:.lkc:also-made-value/versions")).Body.GetRawText());
        Assert.Equal("[]", (await Get("/associations/resources/id-refused")).Body.GetRawText());
    }

    [Fact]
    public async Task What_contradicts_itself_is_refused_before_anything_is_written()
    {
        var answer = await Mutate("",
            Of("no-type", """{"subject":"s"}"""),
            Of("weak", Create($$"""  "lifecycle":"WEAK","schema":{{Schema}}""")),
            Of("thawed", Create($$"""  "frozen":false,"schema":{{Schema}}""")),
            Of("foreign", Create($$"""  "subject":"mine","schema":{{Schema}}""")),
            Of("nameless", Create("""  "lifecycle":"STRONG" """)),
            Of("half", Create($$"""  "schema":{{Schema}}"""), Create("""  "associationType":"key","subject":"k","frozen":false""")),
            Of("twice", Create($$"""  "schema":{{Schema}}"""), Create($$"""  "schema":{{Schema}}""")),
            Of("nothing"),
            Of("null", "null"),
            """{"resourceName":"without-an-id","resourceNamespace":"lkc","associations":[{"opType":"DELETE"}]}""",
            Of("schemaless", Create($$"""  "schema":{{Schema}}"""),
                Create("""  "associationType":"key","schema":{"schema":"{oops"}""")));
        var found = await Get("/subjects?subjectPrefix=:.lkc:schemaless");

        Assert.Equal([.. Enumerable.Repeat<int?>(42212, 10), 42201], Errors(answer));
        Assert.Equal("[]", found.Body.GetRawText());
    }

    [Fact]
    public async Task Associations_are_changed_and_ended_together_with_the_subjects_that_they_own()
    {
        await Mutate("", Of("old", Create($$"""  "schema":{{Schema}}""")), Of("kept", Create($$"""  "schema":{{Schema}}""")));
        await api.Registry.CallAsync(HttpMethod.Post, "/subjects/loose/versions", Schema);
        var bound = await Mutate("", Of("weakly", Create("""  "subject":"loose" """)));

        var again = await Mutate("",
            Of("kept", """{"opType":"DELETE"}"""),
            Of("old", """{"opType":"DELETE","cascadeLifecycle":true}"""),
            Of("weakly", """{"opType":"UPSERT","subject":"loose","lifecycle":"STRONG"}"""),
            Of("nobody", """{"opType":"DELETE","associationType":"key"}"""));

        Assert.Equal([null, 40906, null, null, 40410], (int?[])[.. Errors(bound), .. Errors(again)]);
        Assert.Equal("STRONG", Result(again, 2).GetProperty("associations")[0].GetProperty("lifecycle").GetString());
        Assert.Equal("[]", (await Get("/associations/resources/id-old")).Body.GetRawText());
        Assert.Equal(404, (await Get("/subjects/:.lkc:old-value/versions")).Status);
        Assert.Equal(1, (await Get("/associations/resources/id-kept")).Body.GetArrayLength());
    }

    [Fact]
    public async Task Associations_of_many_topics_are_read_by_id_or_name_with_their_schemas_on_demand()
    {
        await Mutate("", Of("read", Create($$"""  "schema":{{Schema}}"""), Create($$"""  "associationType":"key","schema":{{Schema}}""")));
        const string byId = """{"resourceId":"id-read","resourceType":"topic","associationTypes":["value"]}""";
        const string byName = """{"resourceName":"read","resourceNamespace":"-","lifecycle":"STRONG"}""";

        var plain = await Find("", byId, byName, """{"resourceId":"nobody"}""", """{"resourceName":"read"}""");
        var full = await Find("?includeSchemas=true", byId);

        Assert.Equal(200, plain.Status);
        Assert.Equal([null, null, null, 42212], Errors(plain));
        Assert.Equal([1, 2], new[] { 0, 1 }.Select(at => Result(plain, at).GetProperty("associations").GetArrayLength()));
        Assert.Equal("read", Result(plain, 0).GetProperty("resourceName").GetString());
        Assert.False(Result(plain, 0).GetProperty("associations")[0].TryGetProperty("schema", out _));
        Assert.False(Result(plain, 2).TryGetProperty("associations", out _));
        Assert.Equal("\"string\"",
            Result(full, 0).GetProperty("associations")[0].GetProperty("schema").GetProperty("schema").GetString());
    }

    [Fact]
    public async Task A_dry_run_of_a_batch_binds_nothing_and_a_batch_of_nothing_or_too_much_is_refused()
    {
        var tried = await Mutate("?dryRun=true", Of("tried", Create($$"""  "schema":{{Schema}}""")));
        var tooMany = Enumerable.Repeat("""{"resourceId":"x"}""", AssociationBatch.MaxRequests + 1).ToArray();
        var refused = new[] { await Mutate(""), await Find(""), await Find("", "null"), await Find("", tooMany) };

        Assert.Equal([null], Errors(tried));
        Assert.Equal("[]", (await Get("/associations/resources/id-tried")).Body.GetRawText());
        Assert.Equal(Enumerable.Repeat(42212, 4), refused.Select(answer => answer.ErrorCode()));
    }

    [Fact]
    public async Task Newer_clients_name_the_topic_in_the_path()
    {
        const string body = """
            {"resourceName":"in-path","resourceNamespace":"lkc","associations":[{"subject":"in-path-v","schema":{"schema":"\"int\""}}]}
            """;

        var made = await api.Registry.CallAsync(HttpMethod.Put, "/associations/resources/id%2Fpath", body);
        var other = await api.Registry.CallAsync(
            HttpMethod.Put, "/associations/resources/other", body.Replace("{\"resourceName\"", "{\"resourceId\":\"x\",\"resourceName\""));

        Assert.Equal((200, "id/path"), (made.Status, made.Body.GetProperty("resourceId").GetString()));
        Assert.Equal(42212, other.ErrorCode());
    }
}
