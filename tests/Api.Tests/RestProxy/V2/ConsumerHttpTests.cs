using Platform.Api.Tests.Hosting;

namespace Platform.Api.Tests.RestProxy.V2;

/// <summary>Consumer instances as far as they go without Kafka.</summary>
public sealed class ConsumerHttpTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string V2 = "application/vnd.kafka.v2+json";

    private Task<(int Status, System.Text.Json.JsonElement Body)> Post(string path, string? body) =>
        api.Rest.CallAsync(HttpMethod.Post, path, body, V2);

    [Fact]
    public async Task An_instance_is_created_with_an_address_and_deleted()
    {
        var created = await Post("/consumers/g", """{"name":"i","format":"JSON","auto.commit.enable":"true"}""");
        var address = new Uri(created.Body.GetProperty("base_uri").GetString()!);

        Assert.Equal((200, "i"), (created.Status, created.Body.GetProperty("instance_id").GetString()));
        Assert.Equal("/consumers/g/instances/i", address.AbsolutePath);
        Assert.Equal(204, (await api.Rest.CallAsync(HttpMethod.Delete, address.AbsolutePath)).Status);
        Assert.Equal(40403, (await api.Rest.CallAsync(HttpMethod.Delete, address.AbsolutePath)).ErrorCode());
    }

    [Fact]
    public async Task An_instance_without_a_name_gets_one()
    {
        var created = await Post("/consumers/g", null);

        Assert.StartsWith("rest-consumer-", created.Body.GetProperty("instance_id").GetString(),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"format":"xml"}""", 422)]
    [InlineData("""{"fetch.min.bytes":-2}""", 40001)]
    [InlineData("""{"fetch.min.bytes":"20000000"}""", 40001)]
    [InlineData("""{"auto.offset.reset":"middle"}""", 42204)]
    [InlineData("""{"fromat":"json"}""", 422)]
    [InlineData("""{"auto.commit.enable":"perhaps"}""", 400)]
    public async Task Wrong_settings_are_refused(string body, int code)
    {
        var answer = await Post("/consumers/g", body);

        Assert.Equal(code, answer.ErrorCode());
        Assert.Equal(code == 400 ? 400 : 422, answer.Status);
    }

    [Fact]
    public async Task A_subscription_is_shown_and_ended()
    {
        await Post("/consumers/g", """{"name":"s"}""");
        const string path = "/consumers/g/instances/s/subscription";

        Assert.Equal(204, (await Post(path, """{"topics":["b","a"]}""")).Status);
        Assert.Equal("""{"topics":["a","b"]}""", (await api.Rest.CallAsync(HttpMethod.Get, path)).Body.Text());
        Assert.Equal(40903, (await Post(path, """{"topics":["b"],"topic_pattern":"x"}""")).ErrorCode());
        Assert.Equal(422, (await Post(path, "{}")).ErrorCode());
    }

    [Fact]
    public async Task An_assignment_is_shown_and_can_be_sought_in()
    {
        await Post("/consumers/g", """{"name":"a"}""");
        const string path = "/consumers/g/instances/a";
        const string partitions = """{"partitions":[{"topic":"t","partition":1}]}""";

        Assert.Equal(204, (await Post(path + "/assignments", partitions)).Status);
        Assert.Equal(partitions, (await api.Rest.CallAsync(HttpMethod.Get, path + "/assignments")).Body.Text());
        Assert.Equal(204, (await Post(path + "/positions",
            """{"offsets":[{"topic":"t","partition":1,"offset":3}]}""")).Status);
        Assert.Equal(40903, (await Post(path + "/positions",
            """{"offsets":[{"topic":"t","partition":0,"offset":3}]}""")).ErrorCode());
        Assert.Equal(40903, (await Post(path + "/subscription", """{"topics":["t"]}""")).ErrorCode());
    }

    [Fact]
    public async Task Reading_in_another_format_is_not_acceptable()
    {
        await Post("/consumers/g", """{"name":"f","format":"json"}""");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/consumers/g/instances/f/records");
        request.Headers.Add("Accept", "application/vnd.kafka.binary.v2+json");

        using var response = await api.Rest.SendAsync(request);

        Assert.Contains("40601", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }
}
