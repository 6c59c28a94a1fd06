using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Platform.Api.RestProxy.V2;
using Platform.Api.RestProxy.V3;
using Platform.Api.SchemaRegistry;

namespace Platform.Api.Hosting;

/// <summary>
/// The OpenAPI documents, one of everything and one of each surface, each also as OpenAPI 3.0 for older generators; and
/// the page that shows them.
/// </summary>
internal static class ApiDocumentation
{
    /// <summary>Everything in one document.</summary>
    public const string DocumentName = "v1";

    /// <summary>Ends the name of a document in OpenAPI 3.0 instead of 3.1.</summary>
    public const string OlderSuffix = "-3.0";

    private const string Basic = "basic";
    private const string Bearer = "bearer";

    /// <summary>Names of the documents, and the surface that each shows; null shows all.</summary>
    public static readonly IReadOnlyList<(string Name, Surface? Surface, string Title)> Documents =
    [
        (DocumentName, null, "Platform: schema registry and REST proxy"),
        ("registry", Surface.Registry, "Platform: schema registry"),
        ("rest-v2", Surface.RestV2, "Platform: REST proxy v2"),
        ("rest-v3", Surface.RestV3, "Platform: REST proxy v3"),
    ];

    public static IServiceCollection AddApiDocumentation(this IServiceCollection services)
    {
        services.Configure<JsonOptions>(json =>
        {
            // Otherwise every number would be documented as a number or a text.
            json.SerializerOptions.NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.Strict;
            json.SerializerOptions.TypeInfoResolverChain.Add(RegistryJsonContext.Default);
            json.SerializerOptions.TypeInfoResolverChain.Add(V2JsonContext.Default);
            json.SerializerOptions.TypeInfoResolverChain.Add(V3JsonContext.Default);
            json.SerializerOptions.TypeInfoResolverChain.Add(ErrorJson.Default);
            json.SerializerOptions.TypeInfoResolverChain.Add(HealthJson.Default);
        });
        foreach (var (name, surface, title) in Documents)
        {
            services.AddOpenApi(name, openApi => Describe(openApi, surface, title, OpenApiSpecVersion.OpenApi3_1));
            services.AddOpenApi(name + OlderSuffix,
                openApi => Describe(openApi, surface, title, OpenApiSpecVersion.OpenApi3_0));
        }
        return services;
    }

    public static void UseApiDocumentation(this IApplicationBuilder app) => app.UseSwaggerUI(page =>
    {
        page.RoutePrefix = "swagger";
        page.DocumentTitle = "Platform API";
        foreach (var (name, _, title) in Documents)
            page.SwaggerEndpoint(PathOf(name), title);
    });

    /// <summary>Where a document is.</summary>
    public static string PathOf(string document) => $"/openapi/{document}.json";

    private static void Describe(
        OpenApiOptions openApi, Surface? surface, string title, OpenApiSpecVersion version)
    {
        openApi.OpenApiVersion = version;
        openApi.ShouldInclude = endpoint => surface is null || SurfaceOf(endpoint) == surface;
        openApi.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = title;
            document.Info.Description = "Compatible with Confluent's interfaces of the same name, under the same "
                + "operation ids. Errors are {\"error_code\", \"message\"}.";
            AddSecurity(document);
            return Task.CompletedTask;
        });
        openApi.AddOperationTransformer((operation, _, _) =>
        {
            OperationExamples.AddTo(operation);
            return Task.CompletedTask;
        });
    }

    // Nothing is asked for by default; proxies in front ask for either, and clients send both.
    private static void AddSecurity(OpenApiDocument document)
    {
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [Basic] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = Basic },
            [Bearer] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = Bearer },
        };
        document.Security =
        [
            new OpenApiSecurityRequirement(),
            new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Basic, document)] = [] },
            new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Bearer, document)] = [] },
        ];
    }

    private static Surface? SurfaceOf(ApiDescription endpoint) =>
        endpoint.ActionDescriptor.EndpointMetadata.OfType<SurfaceMetadata>().FirstOrDefault()?.Surface;
}
