using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Platform.Api.RestProxy.V3.Acls;
using Platform.Api.RestProxy.V3.Brokers;
using Platform.Api.RestProxy.V3.Clusters;
using Platform.Api.RestProxy.V3.Configs;
using Platform.Api.RestProxy.V3.Consume;
using Platform.Api.RestProxy.V3.ConsumerGroups;
using Platform.Api.RestProxy.V3.Partitions;
using Platform.Api.RestProxy.V3.Records;
using Platform.Api.RestProxy.V3.Topics;
using Platform.Api.RestProxy.V3.Transactions;

namespace Platform.Api.RestProxy.V3;

/// <summary>
/// Source-generated shapes of v3; an unknown member of a request is an error, because typing errors are costly.
/// </summary>
[JsonSourceGenerationOptions(
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(KafkaClusterResource))]
[JsonSerializable(typeof(ResourceList<KafkaClusterResource>))]
[JsonSerializable(typeof(KafkaBrokerResource))]
[JsonSerializable(typeof(ResourceList<KafkaBrokerResource>))]
[JsonSerializable(typeof(KafkaTopicResource))]
[JsonSerializable(typeof(ResourceList<KafkaTopicResource>))]
[JsonSerializable(typeof(CreateTopicRequest))]
[JsonSerializable(typeof(UpdatePartitionCountRequest))]
[JsonSerializable(typeof(KafkaPartitionResource))]
[JsonSerializable(typeof(ResourceList<KafkaPartitionResource>))]
[JsonSerializable(typeof(KafkaPartitionOffsets))]
[JsonSerializable(typeof(KafkaReplicaResource))]
[JsonSerializable(typeof(ResourceList<KafkaReplicaResource>))]
[JsonSerializable(typeof(KafkaConfigResource))]
[JsonSerializable(typeof(ResourceList<KafkaConfigResource>))]
[JsonSerializable(typeof(UpdateConfigRequest))]
[JsonSerializable(typeof(AlterConfigsRequest))]
[JsonSerializable(typeof(KafkaConsumerGroupResource))]
[JsonSerializable(typeof(ResourceList<KafkaConsumerGroupResource>))]
[JsonSerializable(typeof(KafkaConsumerResource))]
[JsonSerializable(typeof(ResourceList<KafkaConsumerResource>))]
[JsonSerializable(typeof(KafkaConsumerAssignmentResource))]
[JsonSerializable(typeof(ResourceList<KafkaConsumerAssignmentResource>))]
[JsonSerializable(typeof(KafkaConsumerLagResource))]
[JsonSerializable(typeof(ResourceList<KafkaConsumerLagResource>))]
[JsonSerializable(typeof(KafkaLagSummaryResource))]
[JsonSerializable(typeof(ProduceRequest))]
[JsonSerializable(typeof(ProduceResponse))]
[JsonSerializable(typeof(ProduceBatchRequest))]
[JsonSerializable(typeof(ProduceBatchResponse))]
[JsonSerializable(typeof(TransactionRequest))]
[JsonSerializable(typeof(TransactionResponse))]
[JsonSerializable(typeof(DeleteRecordsRequest))]
[JsonSerializable(typeof(DeleteRecordsResponse))]
[JsonSerializable(typeof(KafkaRecordList))]
[JsonSerializable(typeof(ResetOffsetsRequest))]
[JsonSerializable(typeof(ResetOffsetsResponse))]
[JsonSerializable(typeof(KafkaReassignmentResource))]
[JsonSerializable(typeof(ResourceList<KafkaReassignmentResource>))]
[JsonSerializable(typeof(ReassignPartitionRequest))]
[JsonSerializable(typeof(AlterTopicConfigsRequest))]
[JsonSerializable(typeof(AlterTopicConfigsFailures))]
[JsonSerializable(typeof(ResourceList<KafkaAclResource>))]
[JsonSerializable(typeof(CreateAclRequest))]
[JsonSerializable(typeof(BatchCreateAclRequest))]
[JsonSerializable(typeof(DeletedAcls))]
internal sealed partial class V3JsonContext : JsonSerializerContext;

/// <summary>How v3 writes and reads JSON.</summary>
internal static class V3Json
{
    private static readonly V3JsonContext Relaxed = new(new JsonSerializerOptions(V3JsonContext.Default.Options)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    public static JsonTypeInfo<T> TypeInfo<T>() => (JsonTypeInfo<T>)Relaxed.GetTypeInfo(typeof(T))!;
}
