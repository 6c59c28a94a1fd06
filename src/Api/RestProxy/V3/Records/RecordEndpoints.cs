using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Platform.Api.Hosting;
using Platform.Api.Serialization;
using Platform.Client;
using Platform.Client.Metadata;
using Platform.Protocol;

namespace Platform.Api.RestProxy.V3.Records;

/// <summary>Producing records, one or a stream of them.</summary>
internal static class RecordEndpoints
{
    public static void MapRecords(this RouteGroupBuilder v3) =>
        v3.MapPost("/{clusterId}/topics/{topicName}/records", ProduceAsync).WithName("produceRecord")
            .WithTags("Records (v3)").Takes<ProduceRequest>()
            .Produces<ProduceResponse>(StatusCodes.Status200OK, MediaTypes.Json)
            .WithSummary(
                "Produce one record, or any number of them as concatenated JSON objects; each is answered in turn");

    private static async Task ProduceAsync(HttpContext context, ClusterGateway gateway, RecordProducer producer,
        SchemaSerializer serializer, StreamLimits limits, string clusterId, string topicName)
    {
        var served = await gateway.ClusterIdAsync(context.RequestAborted);
        if (served != clusterId)
            throw new ProblemException(StatusCodes.Status404NotFound, $"Cluster {clusterId} cannot be found.");
        var topic = await TopicAsync(producer, PathSegment.Decode(topicName), context.RequestAborted);
        AllowEndlessBody(context);
        using var stream = new RecordStream(context, producer, serializer, topic, served, limits);
        await stream.RunAsync();
    }

    internal static async ValueTask<TopicMetadata> TopicAsync(
        RecordProducer producer, string topicName, CancellationToken cancellation)
    {
        try
        {
            return await producer.TopicAsync(topicName, cancellation);
        }
        catch (KafkaException error) when (error.Code == ErrorCode.UnknownTopicOrPartition)
        {
            throw V3Problems.TopicNotFound();
        }
    }

    // A stream may stay open and silent for hours; each record in it has its own limit.
    private static void AllowEndlessBody(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = null;
        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
            rate.MinDataRate = null;
    }
}
