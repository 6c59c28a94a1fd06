using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Platform.Api.Hosting;
using Platform.Api.SchemaRegistry.Storage;
using Platform.Api.Tests.SchemaRegistry.Storage;

namespace Platform.Api.Tests.Hosting;

/// <summary>A running API whose schemas live in a log in memory; no Kafka is needed.</summary>
public sealed class ApiFixture : IAsyncLifetime
{
    private readonly MemorySchemaLog.Factory _log = new();
    private WebApplication? _app;
    private HttpClient? _registry;
    private HttpClient? _rest;

    public HttpClient Registry => _registry ?? throw new InvalidOperationException("not started");

    public HttpClient Rest => _rest ?? throw new InvalidOperationException("not started");

    public async Task InitializeAsync()
    {
        // Nothing listens on port 1: whatever asks Kafka fails.
        // There is no cluster that could keep anything.
        var options = new ApiOptions
        {
            BootstrapServers = "127.0.0.1:1", RegistryPort = 0, RestPort = 0, ConsumerInstancesTopic = null,
        };
        _app = ApiHost.Build(options, services => services.AddSingleton<ISchemaLog>(_log.Create));
        await _app.StartAsync();
        _registry = new HttpClient { BaseAddress = _app.Addresses().Registry };
        _rest = new HttpClient { BaseAddress = _app.Addresses().Rest };
    }

    public async Task DisposeAsync()
    {
        Registry.Dispose();
        Rest.Dispose();
        await _app!.DisposeAsync();
    }
}

/// <summary>Sends and reads JSON in one line each.</summary>
internal static class HttpJson
{
    public static async Task<(int Status, JsonElement Body)> CallAsync(
        this HttpClient client, HttpMethod method, string path, string? body = null,
        string contentType = "application/json")
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8);
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        }
        using var response = await client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return ((int)response.StatusCode, text.Length == 0 ? default : JsonElement.Parse(text));
    }

    public static Task<(int Status, JsonElement Body)> GetAsync(this HttpClient client, string path, bool json) =>
        client.CallAsync(HttpMethod.Get, path);

    public static string Text(this JsonElement element) =>
        element.ValueKind == JsonValueKind.Undefined ? "" : element.GetRawText();

    public static int ErrorCode(this (int Status, JsonElement Body) answer) =>
        answer.Body.GetProperty("error_code").GetInt32();
}
