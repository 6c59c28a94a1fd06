using System.Net.Http.Headers;
using Platform.Api.Tests.Hosting;

namespace Platform.Api.Tests.RestProxy;

/// <summary>What the proxy refuses without asking Kafka.</summary>
public sealed class RestProxyHttpErrorTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Json = "application/vnd.kafka.json.v2+json";
    private const string Binary = "application/vnd.kafka.binary.v2+json";

    [Theory]
    [InlineData("POST", "/topics/t", Json, "", 42206)]
    [InlineData("POST", "/topics/t", Json, "{", 400)]
    [InlineData("POST", "/topics/t", Json, "{}", 422)]
    [InlineData("POST", "/topics/t", Json, """{"records":[]}""", 422)]
    [InlineData("POST", "/topics/t", Json, """{"records":[null]}""", 422)]
    [InlineData("POST", "/topics/t", Json, """{"records":[{"value":1,"partition":-1}]}""", 422)]
    [InlineData("POST", "/topics/t", Json, """{"records":[{"valeu":1}]}""", 422)]
    [InlineData("POST", "/topics/t", Json, """{"records":[{"value":1}],"value_schema_id":1}""", 422)]
    [InlineData("POST", "/topics/t", "application/vnd.kafka.avro.v2+json", """{"records":[{"value":1}]}""", 42202)]
    [InlineData("POST", "/topics/t", "application/vnd.kafka.avro.v2+json", """{"records":[{"key":1}]}""", 42201)]
    [InlineData("POST", "/topics/t", "application/vnd.kafka.cbor.v2+json", """{"records":[{"value":1}]}""", 415)]
    [InlineData("POST", "/topics/t", "text/plain", "x", 415)]
    [InlineData("PUT", "/topics/t", Json, "{}", 405)]
    [InlineData("GET", "/topics/t/partitions/x", Json, null, 404)]
    [InlineData("GET", "/nowhere", Json, null, 404)]
    [InlineData("POST", "/v3/clusters/c/topics/t/records", "text/plain", "x", 415)]
    public async Task Bad_requests_get_the_code_that_clients_know(
        string method, string path, string contentType, string? body, int code)
    {
        var answer = await api.Rest.CallAsync(new HttpMethod(method), path, body, contentType);

        Assert.Equal((code < 1000 ? code : code / 100, code), (answer.Status, answer.ErrorCode()));
    }

    [Fact]
    public async Task An_unknown_member_is_named()
    {
        var answer = await api.Rest.CallAsync(HttpMethod.Post, "/topics/t", """{"recrods":[]}""", Binary);

        Assert.Equal("Unrecognized field: recrods", answer.Body.GetProperty("message").GetString());
    }

    [Fact]
    public async Task Errors_of_v2_come_in_its_media_type()
    {
        using var content = new StringContent("{");
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(Json);

        using var response = await api.Rest.PostAsync(new Uri("/topics/t", UriKind.Relative), content);

        Assert.Equal("application/vnd.kafka.v2+json", response.Content.Headers.ContentType!.MediaType);
    }
}
