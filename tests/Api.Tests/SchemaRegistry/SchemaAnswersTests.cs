using System.Net;
using System.Text;
using System.Text.Json;
using Platform.Api.SchemaRegistry.Schemas;
using Platform.Api.Tests.Hosting;

namespace Platform.Api.Tests.SchemaRegistry;

/// <summary>Answers are kept as bytes, and tell the newest state all the same.</summary>
public sealed class SchemaAnswersTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Vendor = "application/vnd.schemaregistry.v1+json";

    private static readonly string LongText = new('x', 100_000);

    private Task<(int Status, JsonElement Body)> Get(string path) => api.Registry.CallAsync(HttpMethod.Get, path);

    private Task<(int Status, JsonElement Body)> Delete(string path) =>
        api.Registry.CallAsync(HttpMethod.Delete, path);

    private Task<(int Status, JsonElement Body)> Put(string path, string body) =>
        api.Registry.CallAsync(HttpMethod.Put, path, body, Vendor);

    // Twice, so that the second answer may come from what is kept.
    private async Task<(int Status, JsonElement Body)> RegisterAsync(string subject, string body)
    {
        await api.Registry.CallAsync(HttpMethod.Post, $"/subjects/{subject}/versions", body, Vendor);
        return await api.Registry.CallAsync(HttpMethod.Post, $"/subjects/{subject}/versions", body, Vendor);
    }

    private static string Fixed(string name, string rest = "") =>
        $$"""{"schema":"{\"type\":\"fixed\",\"name\":\"{{name}}\",\"size\":4}"{{rest}}}""";

    private static StoredSchema Stored(int id, string text) => new(
        "s", Version: 1, id, Guid.Empty, SchemaTypes.Avro, text, References: [], Deleted: false, TimestampMs: 0);

    [Fact]
    public void An_answer_is_made_once_for_each_object_of_the_store()
    {
        var answers = new SchemaAnswers();
        var schema = Stored(1, "\"string\"");

        var first = answers.ById(schema);

        Assert.Same(first, answers.ById(schema));
        Assert.NotSame(first, answers.ById(schema with { Deleted = true }));
        Assert.Same(answers.Registered(schema), answers.Registered(schema));
    }

    [Fact]
    public void What_is_kept_is_bounded()
    {
        var answers = new SchemaAnswers();
        var first = Stored(0, LongText);
        var kept = answers.ById(first);

        for (var id = 1; id * (long)LongText.Length < SchemaAnswers.MaxBytes; id++)
            answers.ById(Stored(id, LongText));

        Assert.NotSame(kept, answers.ById(first));
        Assert.Equal(kept, answers.ById(first));
    }

    [Fact]
    public async Task A_schema_that_was_deleted_for_good_is_not_found_by_id_any_more()
    {
        var id = (await RegisterAsync("answers-deleted", Fixed("Deleted"))).Body.GetProperty("id").GetInt32();
        Assert.Equal(200, (await Get($"/schemas/ids/{id}")).Status);

        await Delete("/subjects/answers-deleted");
        Assert.Equal(200, (await Get($"/schemas/ids/{id}")).Status);
        await Delete("/subjects/answers-deleted?permanent=true");

        Assert.Equal((404, 40403), ((await Get($"/schemas/ids/{id}")).Status,
            (await Get($"/schemas/ids/{id}")).ErrorCode()));
    }

    [Fact]
    public async Task A_version_that_was_deleted_softly_is_registered_anew_under_the_next_number()
    {
        var before = await RegisterAsync("answers-soft", Fixed("Soft"));

        await Delete("/subjects/answers-soft/versions/1");
        var after = await RegisterAsync("answers-soft", Fixed("Soft"));

        Assert.Equal((1, 2), (before.Body.GetProperty("version").GetInt32(),
            after.Body.GetProperty("version").GetInt32()));
        Assert.Equal(before.Body.GetProperty("id").GetInt32(), after.Body.GetProperty("id").GetInt32());
    }

    [Theory]
    [InlineData("JSON", """{\"type\":\"object\",\"title\":\"T\"}""", """{\"title\":\"T\",\"type\":\"object\"}""")]
    [InlineData("PROTOBUF", """syntax = \"proto3\"; message T { string b = 2; string a = 1; }""",
        """syntax = \"proto3\"; message T { string a = 1; string b = 2; }""")]
    [InlineData("AVRO", """{\"type\":\"fixed\",\"name\":\"T\",\"size\":1,\"z\":1,\"y\":2}""",
        """{\"type\":\"fixed\",\"name\":\"T\",\"size\":1,\"y\":2,\"z\":1}""")]
    public async Task A_text_that_was_read_before_means_what_the_subject_holds_now(string type, string text, string same)
    {
        var subject = $"answers-text-{type}";
        string Body(string schema) => $$"""{"schemaType":"{{type}}","schema":"{{schema}}"}""";
        await Put($"/config/{subject}", """{"compatibility":"NONE"}""");
        async Task<int> VersionAsync(string schema) =>
            (await RegisterAsync(subject, Body(schema))).Body.GetProperty("version").GetInt32();

        Assert.Equal((1, 2, 1), (await VersionAsync(text), await VersionAsync(same), await VersionAsync(text)));
        await Delete($"/subjects/{subject}/versions/1");
        Assert.Equal(3, await VersionAsync(text));
        // The second text is the normal form of both.
        await Put($"/config/{subject}", """{"normalize":true}""");
        Assert.Equal((2, 2), (await VersionAsync(text), await VersionAsync(same)));
        await Put($"/config/{subject}", """{"normalize":false}""");
        Assert.Equal(3, await VersionAsync(text));
    }

    [Fact]
    public async Task A_text_that_was_read_before_is_another_schema_in_another_language()
    {
        const string text = """{\"type\":\"string\"}""";
        await Put("/config/answers-languages", """{"compatibility":"NONE"}""");

        var avro = await RegisterAsync("answers-languages", $$"""{"schema":"{{text}}"}""");
        var json = await RegisterAsync("answers-languages", $$"""{"schema":"{{text}}","schemaType":"JSON"}""");

        Assert.Equal(1, avro.Body.GetProperty("version").GetInt32());
        Assert.Equal(("JSON", 2), (json.Body.GetProperty("schemaType").GetString(),
            json.Body.GetProperty("version").GetInt32()));
    }

    [Fact]
    public async Task A_known_schema_follows_an_alias_and_what_the_settings_add()
    {
        await RegisterAsync("answers-own", Fixed("Followed"));

        await Put("/config/answers-own", """{"alias":"answers-other","compatibility":"NONE"}""");
        await RegisterAsync("answers-own", Fixed("Followed"));
        Assert.Equal("[1]", (await Get("/subjects/answers-other/versions")).Body.Text());
        await Put("/config/answers-other", """{"defaultMetadata":{"properties":{"owner":"me"}}}""");
        var filled = await RegisterAsync("answers-other", Fixed("Followed"));

        Assert.Equal("me", filled.Body.GetProperty("metadata").GetProperty("properties").GetProperty("owner").GetString());
    }

    [Fact]
    public async Task Other_metadata_make_another_version_of_the_same_text()
    {
        var plain = await RegisterAsync("answers-metadata", Fixed("Described"));

        var described = await RegisterAsync(
            "answers-metadata", Fixed("Described", ""","metadata":{"properties":{"a":"1"}}"""));

        Assert.Equal(2, described.Body.GetProperty("version").GetInt32());
        Assert.NotEqual(plain.Body.GetProperty("guid").GetString(), described.Body.GetProperty("guid").GetString());
    }

    [Fact]
    public async Task What_is_kept_is_what_would_be_written()
    {
        var registered = await RegisterAsync("answers-same", Fixed("Same"));
        var id = registered.Body.GetProperty("id").GetInt32();

        var plain = await Get($"/schemas/ids/{id}");
        var formatted = await Get($"/schemas/ids/{id}?format=unknown");

        Assert.Equal(formatted.Body.Text(), plain.Body.Text());
        Assert.Equal(plain.Body.GetProperty("schema").GetString(), registered.Body.GetProperty("schema").GetString());
        Assert.Equal(1, registered.Body.GetProperty("version").GetInt32());
    }

    [Fact]
    public async Task A_known_schema_is_answered_with_the_tag_of_its_version()
    {
        await RegisterAsync("answers-tag", Fixed("Tagged"));
        using var content = new StringContent(Fixed("Tagged"), Encoding.UTF8, "application/json");

        using var answer = await api.Registry.PostAsync(
            new Uri("/subjects/answers-tag/versions", UriKind.Relative), content);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("\"1\"", answer.Headers.ETag!.Tag);
        Assert.Equal(Vendor, answer.Content.Headers.ContentType!.MediaType);
    }
}
