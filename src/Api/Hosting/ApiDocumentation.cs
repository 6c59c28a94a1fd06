using Microsoft.AspNetCore.Http.Json;
using Platform.Api.RestProxy.V2;
using Platform.Api.RestProxy.V3;
using Platform.Api.SchemaRegistry;

namespace Platform.Api.Hosting;

/// <summary>The OpenAPI document and the page that shows it.</summary>
internal static class ApiDocumentation
{
    public const string DocumentName = "v1";
    public const string DocumentPath = $"/openapi/{DocumentName}.json";

    public static IServiceCollection AddApiDocumentation(this IServiceCollection services) => services
        .Configure<JsonOptions>(json =>
        {
            // Otherwise every number would be documented as a number or a text.
            json.SerializerOptions.NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.Strict;
            json.SerializerOptions.TypeInfoResolverChain.Add(RegistryJsonContext.Default);
            json.SerializerOptions.TypeInfoResolverChain.Add(V2JsonContext.Default);
            json.SerializerOptions.TypeInfoResolverChain.Add(V3JsonContext.Default);
            json.SerializerOptions.TypeInfoResolverChain.Add(ErrorJson.Default);
            json.SerializerOptions.TypeInfoResolverChain.Add(HealthJson.Default);
        })
        .AddOpenApi(DocumentName, openApi => openApi.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "Platform";
            document.Info.Description = "Schema registry and REST proxy, compatible with Confluent's.";
            return Task.CompletedTask;
        }));

    public static void UseApiDocumentation(this IApplicationBuilder app) => app.UseSwaggerUI(page =>
    {
        page.RoutePrefix = "swagger";
        page.DocumentTitle = "Platform API";
        page.SwaggerEndpoint(DocumentPath, "Platform");
    });
}
