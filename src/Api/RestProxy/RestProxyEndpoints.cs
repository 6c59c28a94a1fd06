using Platform.Api.Hosting;
using Platform.Api.RestProxy.V2.Consumers;
using Platform.Api.RestProxy.V2.Metadata;
using Platform.Api.RestProxy.V2.Records;
using Platform.Api.RestProxy.V3.Acls;
using Platform.Api.RestProxy.V3.Brokers;
using Platform.Api.RestProxy.V3.Clusters;
using Platform.Api.RestProxy.V3.Configs;
using Platform.Api.RestProxy.V3.ConsumerGroups;
using Platform.Api.RestProxy.V3.Partitions;
using Platform.Api.RestProxy.V3.Records;
using Platform.Api.RestProxy.V3.Topics;
using Platform.Api.RestProxy.V3.Transactions;
using ConsumeV3 = Platform.Api.RestProxy.V3.Consume.ConsumeEndpoints;

namespace Platform.Api.RestProxy;

/// <summary>All endpoints of the REST proxy.</summary>
internal static class RestProxyEndpoints
{
    public static void MapRestProxy(this IEndpointRouteBuilder endpoints)
    {
        var v3 = endpoints.MapGroup("/v3/clusters").WithMetadata(new SurfaceMetadata(Surface.RestV3))
            .WithErrors(MediaTypes.Json);
        v3.MapClusters();
        v3.MapBrokers();
        v3.MapTopics();
        v3.MapPartitions();
        v3.MapReplicas();
        v3.MapTopicConfigs();
        v3.MapBrokerConfigs();
        v3.MapClusterConfigs();
        v3.MapConsumerGroups();
        v3.MapConsumerLags();
        v3.MapGroupWrites();
        v3.MapReassignments();
        v3.MapAcls();
        v3.MapRecords();
        v3.MapBatches();
        v3.MapTransactions();
        v3.MapDeleteRecords();
        ConsumeV3.MapConsume(v3);
        var v2 = endpoints.MapGroup("").WithMetadata(new SurfaceMetadata(Surface.RestV2))
            .WithErrors(MediaTypes.KafkaV2);
        v2.MapMetadata();
        v2.MapProduce();
        v2.MapRead();
        v2.MapConsumers();
        v2.MapPositions();
        v2.MapConsume();
    }
}
