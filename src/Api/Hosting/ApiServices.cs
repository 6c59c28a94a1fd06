using Platform.Api.RestProxy.V2.Consumers;
using Platform.Api.RestProxy.V2.Consumers.Ownership;
using Platform.Api.RestProxy.V3.Records;
using Platform.Api.RestProxy.V3.Transactions;
using Platform.Api.SchemaRegistry;
using Platform.Api.SchemaRegistry.Associations;
using Platform.Api.SchemaRegistry.Keys;
using Platform.Api.SchemaRegistry.Leadership;
using Platform.Api.SchemaRegistry.Schemas;
using Platform.Api.SchemaRegistry.Storage;
using Platform.Api.Serialization;
using Platform.Client.Observability;

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
        .AddSingleton(new StreamLimits(options.Time, options.StreamingConnectionMaxDuration,
            options.StreamingConnectionMaxDurationGracePeriod))
        .AddSingleton<TransactionalProducers>()
        .AddSingleton<InstanceLog>()
        .AddSingleton<InstanceSaver>()
        .AddSingleton<ConsumerInstances>()
        .AddSingleton<OwnerClient>()
        .AddSingleton<InstanceRouter>()
        .AddHostedService<ConsumerSweeper>()
        .AddSingleton<Readiness>()
        .AddSingleton<ApiMetrics>()
        .AddSingleton<RateLimits>()
        .AddMetrics(options.Metrics)
        .AddSchemaRegistry()
        .AddApiDocumentation();

    // An exporter that was handed in belongs to somebody else, so it is not disposed with the services.
    private static IServiceCollection AddMetrics(this IServiceCollection services, PrometheusExporter? shared) =>
        shared is null ? services.AddSingleton<PrometheusExporter>() : services.AddSingleton(shared);

    private static IServiceCollection AddSchemaRegistry(this IServiceCollection services) => services
        .AddSingleton<SchemaStore>()
        .AddSingleton<AssociationStore>()
        .AddSingleton<AssociationWriter>()
        .AddSingleton<AssociationBatch>()
        .AddSingleton<SchemaStoreReplay>()
        .AddSingleton<SchemaParser>()
        .AddSingleton<SchemaAnswers>()
        .AddSingleton<SchemaChangeFeed>()
        .AddSingleton<SchemaRegistry.SchemaRegistry>()
        .AddSingleton<RegistryWriter>()
        .AddSingleton<SchemaSerializer>()
        .AddSingleton<RegistryLeadership>()
        .AddSingleton<OwnAddress>()
        .AddSingleton<RegistryElection>()
        .AddSingleton<LeaderClient>()
        .AddSingleton<LeaderRouter>()
        .AddSingleton<LeaderForwarding>()
        .AddSingleton<LeaderRegistration>()
        .AddHostedService(services => services.GetRequiredService<RegistryElection>())
        .AddSingleton<KeyStore>()
        .AddSingleton<KeyLog>()
        .AddSingleton<KeyWriter>()
        .AddSingleton<ISchemaLog, KafkaSchemaLog>()
        .AddHostedService(services => services.GetRequiredService<ISchemaLog>());
}
