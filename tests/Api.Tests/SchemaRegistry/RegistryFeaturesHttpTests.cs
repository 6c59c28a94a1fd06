using System.Net;
using System.Text.Json;
using Platform.Api.Tests.Hosting;

namespace Platform.Api.Tests.SchemaRegistry;

/// <summary>What a registry does beyond registering Avro: languages, contexts, settings, caching, feeds.</summary>
public sealed class RegistryFeaturesHttpTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Vendor = "application/vnd.schemaregistry.v1+json";

    private Task<(int Status, JsonElement Body)> Get(string path) => api.Registry.CallAsync(HttpMethod.Get, path);

    private Task<(int Status, JsonElement Body)> Post(string path, string body) =>
        api.Registry.CallAsync(HttpMethod.Post, path, body, Vendor);

    private static string Schema(string avro) => $$"""{"schema": {{JsonSerializer.Serialize(avro)}} }""";

    private static string Record(string fields) => Schema($$"""{"type":"record","name":"R","fields":[{{fields}}]}""");

    [Fact]
    public async Task JSON_Schema_and_Protobuf_are_registered_with_references_and_read_in_other_forms()
    {
        await Post("/subjects/line.proto/versions", Body("message Line { string id = 1; }", "PROTOBUF"));
        var order = await Post("/subjects/order-value/versions", """
            {"schemaType":"PROTOBUF","references":[{"name":"line.proto","subject":"line.proto","version":-1}],
             "schema":"syntax = \"proto3\"; import \"line.proto\"; message Order { repeated Line lines = 1; }"}
            """);
        var serialized = await Get("/subjects/order-value/versions/1?format=serialized");
        var again = await Post("/subjects/order-value/versions", $$"""
            {"schemaType":"PROTOBUF","references":[{"name":"line.proto","subject":"line.proto","version":1}],
             "schema":{{serialized.Body.GetProperty("schema").GetRawText()}} }
            """);
        await Post("/subjects/address/versions", Body("""{"type":"object"}""", "JSON"));
        var person = await Post("/subjects/person/versions", """
            {"schemaType":"JSON","references":[{"name":"address.json","subject":"address","version":1}],
             "schema":"{\"properties\":{\"home\":{\"$ref\":\"address.json\"}}}"}
            """);

        Assert.Equal(200, order.Status);
        Assert.Equal(1, order.Body.GetProperty("references")[0].GetProperty("version").GetInt32());
        Assert.Equal("[1]", (await Get("/subjects/line.proto/versions")).Body.Text());
        Assert.Equal((200, 200), (again.Status, person.Status));
        Assert.Equal("JSON", person.Body.GetProperty("schemaType").GetString());
        Assert.Equal(42206, (await api.Registry.CallAsync(HttpMethod.Delete, "/subjects/line.proto")).ErrorCode());
    }

    [Fact]
    public async Task A_verbose_check_gives_the_reason_in_fields_and_a_way_out()
    {
        await Post("/subjects/fields/versions", Body("""{"type":"object","properties":{"a":{}}}""", "JSON"));

        var check = await Post("/compatibility/subjects/fields/versions?verbose=true",
            Body("""{"type":"object","properties":{"a":{},"b":{"type":"string"}}}""", "JSON"));

        var reason = check.Body.GetProperty("reasons")[0];
        Assert.Equal("OPTIONAL_PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL", reason.GetProperty("errorType").GetString());
        Assert.Equal("#/properties/b", reason.GetProperty("pointer").GetString());
        Assert.Contains("LENIENT", reason.GetProperty("fix").GetString(), StringComparison.Ordinal);
        Assert.Contains("errorType:\"OPTIONAL_PROPERTY_ADDED", check.Body.GetProperty("messages")[0].GetString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_schema_of_another_type_is_not_compatible()
    {
        await Post("/subjects/typed/versions", Schema("string"));

        var refused = await Post("/subjects/typed/versions", Body("true", "JSON"));

        Assert.Equal(409, refused.ErrorCode());
        Assert.Contains("different schema type", refused.Body.GetProperty("message").GetString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_context_has_its_own_paths_ids_and_settings()
    {
        await Post("/subjects/inside/versions", Schema("string"));

        var first = await Post("/contexts/.team/subjects/inside/versions", Schema("bytes"));
        await api.Registry.CallAsync(HttpMethod.Put, "/contexts/.team/config", """{"compatibility":"NONE"}""", Vendor);
        var second = await Post("/subjects/:.team:inside/versions", Schema("int"));

        Assert.Equal(1, first.Body.GetProperty("id").GetInt32());
        Assert.Equal(2, second.Body.GetProperty("version").GetInt32());
        Assert.Equal("""[":.team:inside"]""", (await Get("/contexts/.team/subjects")).Body.Text());
        Assert.Equal("\"bytes\"", (await Get("/contexts/.team/schemas/ids/1")).Body.GetProperty("schema").GetString());
        Assert.Contains(".team", (await Get("/contexts")).Body.Text(), StringComparison.Ordinal);
        Assert.Equal(42211, (await api.Registry.CallAsync(HttpMethod.Delete, "/contexts/.team")).ErrorCode());
    }

    [Fact]
    public async Task Settings_that_are_absent_stay_and_those_that_are_null_are_cleared()
    {
        const string path = "/config/merged";
        await api.Registry.CallAsync(HttpMethod.Put, path,
            """{"compatibility":"FULL","normalize":true,"alias":"other"}""", Vendor);

        await api.Registry.CallAsync(HttpMethod.Put, path, """{"normalize":null,"validateFields":true}""", Vendor);

        Assert.Equal("""{"compatibilityLevel":"FULL","alias":"other","validateFields":true}""",
            (await Get(path)).Body.Text());
    }

    [Fact]
    public async Task An_alias_means_another_subject_in_reads_and_writes()
    {
        await api.Registry.CallAsync(HttpMethod.Put, "/config/nickname", """{"alias":"realname"}""", Vendor);

        await Post("/subjects/nickname/versions", Schema("string"));

        Assert.Equal("realname",
            (await Get("/subjects/nickname/versions/latest")).Body.GetProperty("subject").GetString());
        Assert.Equal("[1]", (await Get("/subjects/realname/versions")).Body.Text());
    }

    [Fact]
    public async Task A_schema_by_id_is_cached_for_good_and_a_version_while_it_is_the_same()
    {
        var id = (await Post("/subjects/cached/versions", Schema("string"))).Body.GetProperty("id").GetInt32();
        using var first = await api.Registry.GetAsync(new Uri($"/schemas/ids/{id}", UriKind.Relative));
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/schemas/ids/{id}");
        request.Headers.IfNoneMatch.Add(first.Headers.ETag!);

        using var second = await api.Registry.SendAsync(request);

        Assert.Contains("immutable", first.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
        var guid = first.Headers.ETag!.Tag.Trim('"');
        Assert.Equal("\"string\"", (await Get($"/schemas/guids/{guid}")).Body.GetProperty("schema").GetString());
        Assert.Contains($$"""{"context":".","id":{{id}}}""", (await Get($"/schemas/guids/{guid}/ids")).Body.Text(),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_writer_may_say_which_version_it_has_seen()
    {
        await Post("/subjects/guarded/versions", Schema("int"));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/subjects/guarded/versions");
        request.Headers.TryAddWithoutValidation("If-Match", "\"0\"");
        request.Content = new StringContent(Schema("long"), System.Text.Encoding.UTF8, "application/json");

        using var refused = await api.Registry.SendAsync(request);
        var dry = await Post("/subjects/guarded/versions?dry_run=true", Schema("long"));

        Assert.Equal(HttpStatusCode.PreconditionFailed, refused.StatusCode);
        Assert.Equal(2, dry.Body.GetProperty("version").GetInt32());
        Assert.Equal("[1]", (await Get("/subjects/guarded/versions")).Body.Text());
    }

    [Fact]
    public async Task Two_versions_are_compared_in_both_directions()
    {
        await Post("/subjects/diffed/versions", Schema("int"));
        await Post("/subjects/diffed/versions", Schema("long"));

        var diff = await Get("/subjects/diffed/diff/1/2");

        Assert.True(diff.Body.GetProperty("is_backward_compatible").GetBoolean());
        Assert.False(diff.Body.GetProperty("is_forward_compatible").GetBoolean());
        Assert.Equal("TYPE_MISMATCH", diff.Body.GetProperty("reasons")[0].GetProperty("errorType").GetString());
    }

    [Fact]
    public async Task An_export_is_replayed_in_import_mode_with_the_same_ids()
    {
        await Post("/contexts/.from/subjects/a/versions", Schema("int"));
        await Post("/contexts/.from/subjects/a/versions", Schema("long"));
        var export = await api.Registry.GetStringAsync(
            new Uri("/export?subjectPrefix=:.from:", UriKind.Relative));
        await api.Registry.CallAsync(HttpMethod.Put, "/mode/:.to:", """{"mode":"IMPORT"}""", Vendor);

        foreach (var line in export.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            Assert.Equal(200, (await Post("/contexts/.to/subjects/a/versions", line)).Status);

        Assert.Equal("[1,2]", (await Get("/contexts/.to/subjects/a/versions")).Body.Text());
        Assert.Equal("\"long\"", (await Get("/contexts/.to/schemas/ids/2")).Body.GetProperty("schema").GetString());
    }

    [Fact]
    public async Task Changes_are_told_as_events_that_resume_after_the_last_one_seen()
    {
        await Post("/subjects/told/versions", Schema("int"));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/changes");
        request.Headers.TryAddWithoutValidation("Accept", "text/event-stream");
        request.Headers.TryAddWithoutValidation("Last-Event-ID", "0");
        using var response = await api.Registry.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());

        await Post("/subjects/told-later/versions", Schema("int"));

        Assert.Contains("\"told\"", await FindAsync(reader, "\"told\""), StringComparison.Ordinal);
        Assert.Contains("\"told-later\"", await FindAsync(reader, "\"told-later\""), StringComparison.Ordinal);
    }

    private static async Task<string> FindAsync(StreamReader reader, string text)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            if (line.Contains(text, StringComparison.Ordinal))
                return line;
        }
        return "";
    }

    [Fact]
    public async Task Tags_and_metadata_are_changed_as_a_new_version()
    {
        await Post("/subjects/tagged/versions", Record(""));

        var changed = await Post("/subjects/tagged/versions/latest/tags",
            """
            {"tagsToAdd":[{"schemaEntity":{"entityPath":"R","entityType":"sr_record"},"tags":["PII"]}],
             "metadata":{"properties":{"owner":"me"}}}
            """);

        Assert.Equal(2, changed.Body.GetProperty("version").GetInt32());
        Assert.Equal("""{"tags":{"R":["PII"]},"properties":{"owner":"me"}}""",
            changed.Body.GetProperty("metadata").GetRawText());
        Assert.Equal(2, (await Get("/subjects/tagged/metadata?key=owner&value=me")).Body.GetProperty("version").GetInt32());
    }

    private static string Body(string schema, string type) =>
        $$"""{"schemaType":"{{type}}","schema":{{JsonSerializer.Serialize(schema)}} }""";

    [Fact]
    public async Task The_alias_for_data_keys_is_the_name_of_a_subject_and_wrong_types_are_told_without_names_of_ours()
    {
        var set = await api.Registry.CallAsync(
            HttpMethod.Put, "/config/aliased-keys", """{"compatibility":"FULL","aliasForDeks":"other"}""", Vendor);
        var wrong = await api.Registry.CallAsync(
            HttpMethod.Put, "/config/aliased-keys", """{"normalize":"perhaps"}""", Vendor);
        var forward = await api.Registry.CallAsync(
            HttpMethod.Put, "/mode/aliased-keys", """{"mode":"FORWARD"}""", Vendor);

        Assert.Equal((200, "other"), (set.Status, set.Body.GetProperty("aliasForDeks").GetString()));
        Assert.Equal(400, wrong.ErrorCode());
        Assert.DoesNotContain("Platform.", wrong.Body.Text(), StringComparison.Ordinal);
        Assert.Equal(42204, forward.ErrorCode());
        Assert.Contains("all subjects together", forward.Body.Text(), StringComparison.Ordinal);
    }
}
