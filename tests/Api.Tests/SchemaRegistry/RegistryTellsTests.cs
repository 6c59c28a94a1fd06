using Platform.Api.Tests.Hosting;

namespace Platform.Api.Tests.SchemaRegistry;

/// <summary>Calls that tell something and change nothing.</summary>
public sealed class RegistryTellsTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Theory]
    [InlineData("/schemas", "[]")]
    [InlineData("/schemas/types", """["JSON","PROTOBUF","AVRO"]""")]
    [InlineData("/contexts", """["."]""")]
    [InlineData("/v1/metadata/deployment", """{"attributes":["deploymentScope:self-managed"]}""")]
    [InlineData("/associations/subjects/s", "[]")]
    [InlineData("/associations/resources/-/t?resourceType=topic&associationType=value&offset=0&limit=-1", "[]")]
    public async Task Everything_the_registry_tells_about_itself_has_its_shape(string path, string expected)
    {
        var (status, body) = await api.Registry.CallAsync(HttpMethod.Get, path);

        Assert.Equal((200, expected), (status, body.GetRawText()));
    }

    [Fact]
    public async Task The_version_and_the_leader_are_told()
    {
        var version = await api.Registry.CallAsync(HttpMethod.Get, "/v1/metadata/version");
        var leader = await api.Registry.CallAsync(HttpMethod.Get, "/v1/metadata/leader");

        Assert.Matches(@"^\d+\.\d+\.\d+$", version.Body.GetProperty("version").GetString());
        Assert.True(leader.Body.GetProperty("is_leader").GetBoolean());
    }

    [Fact]
    public async Task An_error_is_a_problem_of_RFC_9457_for_who_accepts_it()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/subjects/nobody/versions");
        request.Headers.TryAddWithoutValidation("Accept", "application/json, application/problem+json");

        using var answer = await api.Registry.SendAsync(request);
        var problem = System.Text.Json.JsonElement.Parse(await answer.Content.ReadAsStringAsync());

        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal((404, 40401, "/subjects/nobody/versions"), (problem.GetProperty("status").GetInt32(),
            problem.GetProperty("error_code").GetInt32(), problem.GetProperty("instance").GetString()));
    }
}
