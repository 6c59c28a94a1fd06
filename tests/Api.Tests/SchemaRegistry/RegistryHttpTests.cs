using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Platform.Api.Tests.Hosting;

namespace Platform.Api.Tests.SchemaRegistry;

/// <summary>The registry as clients see it: paths, bodies, codes.</summary>
public sealed class RegistryHttpTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Vendor = "application/vnd.schemaregistry.v1+json";

    private Task<(int Status, JsonElement Body)> Get(string path) => api.Registry.CallAsync(HttpMethod.Get, path);

    private Task<(int Status, JsonElement Body)> Post(string path, string body) =>
        api.Registry.CallAsync(HttpMethod.Post, path, body, Vendor);

    private static string Schema(string avro) => $$"""{"schema": {{JsonSerializer.Serialize(avro)}} }""";

    private static string Record(string fields) => Schema($$"""{"type":"record","name":"R","fields":[{{fields}}]}""");

    [Fact]
    public async Task A_registered_schema_is_found_by_id_by_version_and_by_content()
    {
        var registered = await Post("/subjects/found-value/versions", Schema("string"));
        var id = registered.Body.GetProperty("id").GetInt32();
        var byId = await Get($"/schemas/ids/{id}?fetchMaxId=false");
        var text = await Get($"/schemas/ids/{id}/schema");
        var latest = await Get("/subjects/found-value/versions/latest");
        var lookedUp =
            await Post("/subjects/found-value?normalize=false&deleted=False", Schema("""{"type":"string"}"""));

        Assert.Equal(200, registered.Status);
        Assert.Equal("\"string\"", byId.Body.GetProperty("schema").GetString());
        Assert.Equal("\"string\"", text.Body.Text());
        Assert.Equal((id, 1), (latest.Body.GetProperty("id").GetInt32(),
            latest.Body.GetProperty("version").GetInt32()));
        Assert.Equal("found-value", lookedUp.Body.GetProperty("subject").GetString());
        Assert.Contains("found-value", (await Get($"/schemas/ids/{id}/subjects")).Body.Text(),
            StringComparison.Ordinal);
        Assert.Equal("[1]", (await Get("/subjects/found-value/versions")).Body.Text());
    }

    [Fact]
    public async Task A_subject_may_have_slashes_spaces_and_letters_of_any_language()
    {
        const string path = "/subjects/a%2Fb%20%C3%BC:x/versions";

        var registered = await Post(path, Schema("string"));

        Assert.Equal(200, registered.Status);
        Assert.Contains("a/b \u00fc:x", (await Get("/subjects")).Body.EnumerateArray()
            .Select(name => name.GetString()));
        Assert.Equal("[1]", (await Get(path)).Body.Text());
    }

    [Fact]
    public async Task An_incompatible_schema_gets_409_and_the_check_says_why()
    {
        await Post("/subjects/evolving/versions", Record(""));
        const string field = """{"name":"a","type":"int"}""";

        var refused = await Post("/subjects/evolving/versions", Record(field));
        var check = await Post("/compatibility/subjects/evolving/versions/latest?verbose=true", Record(field));
        var brief = await Post("/compatibility/subjects/evolving/versions", Record(field));

        Assert.Equal((409, 409), (refused.Status, refused.ErrorCode()));
        Assert.False(check.Body.GetProperty("is_compatible").GetBoolean());
        Assert.Contains("READER_FIELD_MISSING_DEFAULT_VALUE", check.Body.GetProperty("messages")[0].GetString(),
            StringComparison.Ordinal);
        Assert.Equal("""{"is_compatible":false}""", brief.Body.Text());
    }

    [Fact]
    public async Task A_check_against_the_latest_version_of_nothing_is_compatible_but_not_against_a_number()
    {
        Assert.Equal("""{"is_compatible":true}""", (await Post("/compatibility/subjects/none/versions/latest",
            Record(""))).Body.Text());
        Assert.Equal(40402, (await Post("/compatibility/subjects/none/versions/1", Record(""))).ErrorCode());
    }

    [Fact]
    public async Task The_level_of_a_subject_hides_the_global_one_until_it_is_deleted()
    {
        Assert.Equal(40408, (await Get("/config/leveled")).ErrorCode());
        Assert.Equal("""{"compatibilityLevel":"BACKWARD"}""",
            (await Get("/config/leveled?defaultToGlobal=true")).Body.Text());

        var put =
            await api.Registry.CallAsync(HttpMethod.Put, "/config/leveled", """{"compatibility":"full"}""", Vendor);

        Assert.Equal("""{"compatibility":"FULL"}""", put.Body.Text());
        Assert.Equal("""{"compatibilityLevel":"FULL"}""", (await Get("/config/leveled")).Body.Text());
        Assert.Equal("""{"compatibilityLevel":"FULL"}""",
            (await api.Registry.CallAsync(HttpMethod.Delete, "/config/leveled")).Body.Text());
        Assert.Equal(40401, (await api.Registry.CallAsync(HttpMethod.Delete, "/config/leveled")).ErrorCode());
    }

    [Fact]
    public async Task The_mode_of_a_subject_can_be_set_and_deleted()
    {
        Assert.Equal("""{"mode":"READWRITE"}""", (await Get("/mode")).Body.Text());
        Assert.Equal(40409, (await Get("/mode/moded")).ErrorCode());

        await api.Registry.CallAsync(HttpMethod.Put, "/mode/moded", """{"mode":"READONLY"}""", Vendor);

        Assert.Equal("""{"mode":"READONLY"}""", (await Get("/mode/moded")).Body.Text());
        Assert.Equal(42205, (await Post("/subjects/moded/versions", Record(""))).ErrorCode());
        Assert.Equal("""{"mode":"READONLY"}""", (await api.Registry.CallAsync(HttpMethod.Delete,
            "/mode/moded")).Body.Text());
    }

    [Fact]
    public async Task A_version_is_deleted_softly_and_then_for_good()
    {
        await Post("/subjects/deleting/versions", Schema("string"));
        const string path = "/subjects/deleting/versions/1";

        Assert.Equal(40407, (await api.Registry.CallAsync(HttpMethod.Delete, path + "?permanent=true")).ErrorCode());
        Assert.Equal("1", (await api.Registry.CallAsync(HttpMethod.Delete, path)).Body.Text());
        Assert.Equal(40401, (await Get(path)).ErrorCode());
        Assert.True((await Get(path + "?deleted=true")).Body.GetProperty("deleted").GetBoolean());
        Assert.Equal(40406, (await api.Registry.CallAsync(HttpMethod.Delete, path)).ErrorCode());
        Assert.Equal("1", (await api.Registry.CallAsync(HttpMethod.Delete, path + "?permanent=true")).Body.Text());
        Assert.Equal(40401, (await Get(path + "?deleted=true")).ErrorCode());
    }

    [Theory]
    [InlineData("GET", "/subjects/nothing/versions", null, 40401)]
    [InlineData("GET", "/subjects/nothing/versions/1", null, 40401)]
    [InlineData("GET", "/subjects/nothing/versions/x", null, 42202)]
    [InlineData("GET", "/subjects/nothing/versions/0", null, 42202)]
    [InlineData("GET", "/schemas/ids/99999", null, 40403)]
    [InlineData("POST", "/subjects/nothing", """{"schema":"\"string\""}""", 40401)]
    [InlineData("POST", "/subjects/x/versions", """{"schema":"\"strin\""}""", 42201)]
    [InlineData("POST", "/subjects/x/versions", """{"schema":""}""", 42201)]
    [InlineData("POST", "/subjects/x/versions", """{"schema":"{}","schemaType":"PROTOBUF"}""", 42201)]
    [InlineData("POST", "/subjects/x/versions", """{"schema":"{}","schemaType":"XML"}""", 42201)]
    [InlineData("POST", "/subjects/x/versions", """{"schema":"{\"type\":7}","schemaType":"JSON"}""", 42201)]
    [InlineData("GET", "/schemas/guids/6f9619ff-8b86-d011-b42d-00cf4fc964ff", null, 40403)]
    [InlineData("GET", "/subjects/nothing/metadata?key=a&value=b", null, 40401)]
    [InlineData("GET", "/subjects/nothing/diff/1/2", null, 40401)]
    [InlineData("DELETE", "/contexts/.nothing", null, 40401)]
    [InlineData("PUT", "/config", """{"compatibilityPolicy":"KIND"}""", 42203)]
    [InlineData("PUT", "/mode/x", """{"mode":"FORWARD"}""", 42204)]
    [InlineData("POST", "/subjects/x/versions", "{\"schema\":", 400)]
    [InlineData("POST", "/subjects/x/versions", "", 422)]
    [InlineData("PUT", "/config", """{"compatibility":"SIDEWARDS"}""", 42203)]
    [InlineData("PUT", "/mode", """{"mode":"X"}""", 42204)]
    [InlineData("GET", "/nowhere", null, 404)]
    [InlineData("PATCH", "/subjects", null, 405)]
    [InlineData("GET", "/subjects?deleted=perhaps", null, 400)]
    public async Task Bad_requests_get_the_code_that_clients_know(string method, string path, string? body, int code)
    {
        var answer = await api.Registry.CallAsync(new HttpMethod(method), path, body, Vendor);

        Assert.Equal(code, answer.ErrorCode());
        Assert.Equal(code < 1000 ? code : code / 100, answer.Status);
        Assert.NotEmpty(answer.Body.GetProperty("message").GetString()!);
    }

    [Fact]
    public async Task Malformed_JSON_is_reported_with_line_and_position()
    {
        var answer = await Post("/subjects/x/versions", "{\n  \"schema\": oops }");

        Assert.Contains("line 2, byte 13", answer.Body.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Messages_are_readable_as_they_are()
    {
        var text = await api.Registry.GetAsync(new Uri("/subjects/caf%C3%A9/versions", UriKind.Relative));

        Assert.Contains("Subject 'café' not found.", await text.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Media_types_are_negotiated()
    {
        var wrongType = await api.Registry.CallAsync(HttpMethod.Post, "/subjects/x/versions", "a=b", "text/plain");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/subjects");
        request.Headers.Add("Accept", "text/html");
        using var wrongAccept = await api.Registry.SendAsync(request);
        using var plain = await api.Registry.GetAsync(new Uri("/subjects", UriKind.Relative));

        Assert.Equal((415, 415), (wrongType.Status, wrongType.ErrorCode()));
        Assert.Equal(HttpStatusCode.NotAcceptable, wrongAccept.StatusCode);
        Assert.Equal(Vendor, plain.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task A_body_over_the_limit_is_refused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/subjects/x/versions");
        request.Content = new ByteArrayContent(new byte[11_000_000]);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(Vendor);
        request.Headers.ExpectContinue = true;

        using var response = await api.Registry.SendAsync(request);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Contains("\"error_code\":413", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_registry_is_not_served_on_the_port_of_the_proxy() =>
        Assert.Equal(404, (await api.Rest.CallAsync(HttpMethod.Get, "/subjects")).ErrorCode());
}
