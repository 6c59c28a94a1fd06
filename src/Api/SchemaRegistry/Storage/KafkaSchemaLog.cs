using Platform.Api.Hosting;
using Platform.Api.SchemaRegistry.Leadership;

namespace Platform.Api.SchemaRegistry.Storage;

/// <summary>The schemas topic in Kafka.</summary>
internal sealed class KafkaSchemaLog(
    ApiOptions options, ClusterGateway gateway, SchemaStoreReplay replay, RegistryLeadership leadership,
    RegistryElection election, ILogger<KafkaSchemaLog> logger)
    : TopicLog(options.SchemasTopic, SchemaTopicCodec.Write(SchemaTopicKey.OfNoop(FenceKeyContext)), options, gateway,
        leadership, election, logger)
{
    private const string FenceKeyContext = "__leader";

    protected override void Replay(
        ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, bool hasValue, long offset, long timestampMs) =>
        replay.Apply(key, value, hasValue, offset, timestampMs);
}
