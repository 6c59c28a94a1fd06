using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Platform.Api.RestProxy.V2.Consumers;
using Platform.Api.RestProxy.V2.Metadata;
using Platform.Api.RestProxy.V2.Records;

namespace Platform.Api.RestProxy.V2;

/// <summary>
/// Source-generated shapes of v2; an unknown member of a request is an error, because typing errors are costly.
/// </summary>
[JsonSourceGenerationOptions(UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(BrokerList))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(TopicDescription))]
[JsonSerializable(typeof(IReadOnlyList<PartitionDescription>))]
[JsonSerializable(typeof(PartitionDescription))]
[JsonSerializable(typeof(PartitionOffsets))]
[JsonSerializable(typeof(ProduceRecordsRequest))]
[JsonSerializable(typeof(ProduceRecordsResponse))]
[JsonSerializable(typeof(CreateConsumerRequest))]
[JsonSerializable(typeof(CreateConsumerResponse))]
[JsonSerializable(typeof(SubscriptionRequest))]
[JsonSerializable(typeof(SubscriptionResponse))]
[JsonSerializable(typeof(PartitionList))]
[JsonSerializable(typeof(SeekRequest))]
[JsonSerializable(typeof(OffsetList))]
[JsonSerializable(typeof(IReadOnlyList<OffsetItem>))]
[JsonSerializable(typeof(IReadOnlyList<ConsumedRecord>))]
internal sealed partial class V2JsonContext : JsonSerializerContext;

/// <summary>How v2 writes and reads JSON.</summary>
internal static class V2Json
{
    private static readonly V2JsonContext Relaxed = new(new JsonSerializerOptions(V2JsonContext.Default.Options)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    public static JsonTypeInfo<T> TypeInfo<T>() => (JsonTypeInfo<T>)Relaxed.GetTypeInfo(typeof(T))!;
}
