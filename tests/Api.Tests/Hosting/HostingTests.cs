using System.Text.Json;

namespace Platform.Api.Tests.Hosting;

public sealed class HostingTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task Both_ports_answer_an_empty_object_at_the_root_and_say_that_they_live()
    {
        foreach (var client in new[] { api.Registry, api.Rest })
        {
            Assert.Equal("{}", (await client.CallAsync(HttpMethod.Get, "/")).Body.Text());
            Assert.Equal(200, (await client.CallAsync(HttpMethod.Get, "/health/live")).Status);
        }
    }

    [Fact]
    public async Task The_document_names_operations_as_Confluent_does_and_has_complete_schemas()
    {
        var document = await DocumentAsync();
        var register = document.GetProperty("paths").GetProperty("/subjects/{subject}/versions").GetProperty("post");
        var ok = register.GetProperty("responses").GetProperty("200").GetProperty("content");
        var schemas = document.GetProperty("components").GetProperty("schemas");

        Assert.Equal("register", register.GetProperty("operationId").GetString());
        Assert.True(register.GetProperty("requestBody").GetProperty("content").TryGetProperty(
            "application/vnd.schemaregistry.v1+json", out _));
        Assert.True(ok.TryGetProperty("application/vnd.schemaregistry.v1+json", out _));
        Assert.True(schemas.GetProperty("ErrorResponse").GetProperty("properties").TryGetProperty("error_code", out _));
        Assert.True(schemas.GetProperty("RegisterSchemaRequest").GetProperty("properties").TryGetProperty(
            "schemaType", out _));
    }

    [Fact]
    public async Task Every_operation_has_an_id_a_summary_and_an_answer_with_a_shape()
    {
        var document = await DocumentAsync();

        var incomplete = document.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(operation => (path.Name, operation)))
            .Where(one => !one.operation.Value.TryGetProperty("operationId", out _)
                || !one.operation.Value.TryGetProperty("summary", out _)
                || !one.operation.Value.GetProperty("responses").EnumerateObject().Any(IsSuccess))
            .Select(one => $"{one.operation.Name} {one.Name}");

        Assert.Empty(incomplete);
    }

    [Fact]
    public async Task The_page_for_people_is_there()
    {
        using var page = await api.Rest.GetAsync(new Uri("/swagger/index.html", UriKind.Relative));

        Assert.Contains("Platform API", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_and_errors_are_counted()
    {
        await api.Registry.CallAsync(HttpMethod.Get, "/subjects/nothing/versions");

        var text = await api.Registry.GetStringAsync(new Uri("/metrics", UriKind.Relative));

        Assert.Contains("platform_api_errors_total{surface=\"registry\",status=\"404\"} ", text,
            StringComparison.Ordinal);
        Assert.Contains("platform_api_request_duration_seconds_count{surface=\"registry\"} ", text,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_cluster_the_process_lives_but_is_not_ready()
    {
        var ready = await api.Rest.CallAsync(HttpMethod.Get, "/health/ready");

        Assert.Equal((503, "not ready"), (ready.Status, ready.Body.GetProperty("status").GetString()));
    }

    [Fact]
    public async Task A_request_id_is_echoed()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/nowhere");
        request.Headers.Add("X-Request-ID", "abc");

        using var response = await api.Rest.SendAsync(request);

        Assert.Equal("abc", Assert.Single(response.Headers.GetValues("X-Request-ID")));
    }

    private async Task<JsonElement> DocumentAsync()
    {
        var (status, document) = await api.Rest.CallAsync(HttpMethod.Get, "/openapi/v1.json");
        Assert.True(status == 200, document.Text());
        return document;
    }

    private static bool IsSuccess(JsonProperty response) => response.Name.StartsWith('2');
}
