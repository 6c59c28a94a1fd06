using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Platform.Api.Hosting;
using Platform.Api.SchemaRegistry.Storage;
using Platform.Api.Tests.SchemaRegistry.Storage;

namespace Platform.Api.Tests.Hosting;

/// <summary>A client that sends more than it may is told so in JSON, and when to come again.</summary>
public sealed class RateLimitTests
{
    [Fact]
    public async Task Beyond_its_limit_a_client_gets_429_until_the_next_second_and_others_are_not_disturbed()
    {
        var time = new ManualTime();
        await using var app = ApiHost.Build(
            new ApiOptions
            {
                BootstrapServers = "127.0.0.1:1", RegistryPort = 0, RestPort = 0, RequestsPerSecond = 2, Time = time,
            },
            services => services.AddSingleton<ISchemaLog>(new MemorySchemaLog.Factory().Create));
        await app.StartAsync();
        using var http = new HttpClient { BaseAddress = app.Addresses().Registry };

        using var first = await http.GetAsync(new Uri("/subjects", UriKind.Relative));
        using var second = await http.GetAsync(new Uri("/subjects", UriKind.Relative));
        using var third = await http.GetAsync(new Uri("/subjects", UriKind.Relative));
        using var other = new HttpRequestMessage(HttpMethod.Get, "/subjects");
        other.Headers.TryAddWithoutValidation("Authorization", "Bearer somebody");
        using var others = await http.SendAsync(other);
        time.Advance(TimeSpan.FromSeconds(1));
        using var later = await http.GetAsync(new Uri("/subjects", UriKind.Relative));

        Assert.Equal([200, 200, 429, 200, 200],
            new[] { first, second, third, others, later }.Select(answer => (int)answer.StatusCode));
        Assert.Equal("1", first.Headers.GetValues("RateLimit-Remaining").Single());
        Assert.Equal("1", third.Headers.GetValues("Retry-After").Single());
        Assert.Contains("\"error_code\":429", await third.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }
}
