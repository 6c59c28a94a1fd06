namespace Platform.Compatibility;

/// <summary>
/// Clients that three generators make of the platform's OpenAPI document at test time: they compile in strict
/// TypeScript and work against the platform.
/// </summary>
public sealed class GeneratedClientTests(PlatformFixture fixture) : IClassFixture<PlatformFixture>
{
    [Fact]
    public async Task Clients_of_three_generators_compile_and_work()
    {
        var result = await ClientScript.NodeAsync("../generated/generate.mjs",
            fixture.Platform.Rest.ToString().TrimEnd('/'), fixture.Platform.Registry.ToString().TrimEnd('/'));

        Assert.Equal(["typed-client", "hey-client", "orval-client"],
            result.EnumerateObject().Select(client => client.Value.GetProperty("topic").GetString()));
        Assert.All(result.EnumerateObject(), client =>
        {
            Assert.Equal(0, client.Value.GetProperty("offset").GetInt64());
            Assert.Equal("""{"a":1}""", client.Value.GetProperty("read").GetRawText());
            Assert.Equal(1, client.Value.GetProperty("schema").GetInt32());
        });
    }
}
