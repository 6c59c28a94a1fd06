using Platform.Api.RestProxy.V2.Consumers;
using Platform.Api.SchemaRegistry;
using Platform.Api.SchemaRegistry.Schemas;
using Platform.Api.SchemaRegistry.Storage;

namespace Platform.Api.Hosting;

/// <summary>The objects that the endpoints share.</summary>
internal static class ApiServices
{
    public static IServiceCollection AddApi(this IServiceCollection services, ApiOptions options) => services
        .AddSingleton(options)
        .AddSingleton(options.Time)
        .Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true)
        .AddSingleton<ClusterGateway>()
        .AddSingleton<RecordProducer>()
        .AddSingleton<ConsumerInstances>()
        .AddHostedService<ConsumerSweeper>()
        .AddSingleton<Readiness>()
        .AddSchemaRegistry()
        .AddApiDocumentation();

    private static IServiceCollection AddSchemaRegistry(this IServiceCollection services) => services
        .AddSingleton<SchemaStore>()
        .AddSingleton<SchemaStoreReplay>()
        .AddSingleton<SchemaParser>()
        .AddSingleton<SchemaRegistry.SchemaRegistry>()
        .AddSingleton<ISchemaLog, KafkaSchemaLog>()
        .AddHostedService(services => services.GetRequiredService<ISchemaLog>());
}
