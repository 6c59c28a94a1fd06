using System.Collections.Frozen;
using Platform.Broker.Metadata;
using Platform.Client;
using Platform.Cluster.Configuration;
using Platform.Cluster.Metadata;
using Platform.Cluster.Schemas;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Schemas;

/// <summary>What the check of schema ids says of one partition of a Produce request.</summary>
/// <param name="Error">Why its batch is refused; None when it is not.</param>
/// <param name="Message">The same in words.</param>
/// <param name="Violations">The records at fault.</param>
internal sealed record SchemaVerdict(ErrorCode Error, string Message, IReadOnlyList<SchemaViolation> Violations);

/// <summary>
/// Refuses records of topics with <c>confluent.value.schema.validation</c> or its sister for keys whose schema id is none
/// of their subject's. A schema that was registered a moment ago may not be known yet: then the registry's topic is read
/// to its end before the record is refused.
/// </summary>
internal sealed class SchemaValidation(
    RegisteredSchemas schemas, SchemaTopicFollower follower, MetadataCache metadata, BrokerConfig properties,
    TimeProvider time)
    : IMetadataPublisher
{
    /// <summary>How long a request waits for schemas that are not known yet.</summary>
    private static readonly TimeSpan CatchUpLimit = TimeSpan.FromSeconds(10);

    private volatile FrozenDictionary<string, SchemaRules> _rules = FrozenDictionary<string, SchemaRules>.Empty;

    /// <summary>True when no topic asks for it, so that produce requests need not be looked at.</summary>
    public bool IsOff => _rules.Count == 0;

    /// <inheritdoc/>
    public void Publish(MetadataDelta delta, MetadataImage image)
    {
        if (!delta.Configurations.HasChanges)
            return;
        var rules = new Dictionary<string, SchemaRules>(StringComparer.Ordinal);
        foreach (var (resource, settings) in image.Configurations.Resources)
        {
            if (resource.Type == ConfigResourceType.Topic
                && SchemaRules.Of(new TopicConfig(settings, properties)) is { } found)
                rules[resource.Name] = found;
        }
        _rules = rules.ToFrozenDictionary(StringComparer.Ordinal);
        if (rules.Count > 0)
            follower.Start();
    }

    /// <summary>Checks a request.</summary>
    /// <returns>For each partition, in the order of the request, why it is refused; null when none is.</returns>
    public ValueTask<SchemaVerdict?[]?> CheckAsync(ProduceRequest request)
    {
        var verdicts = Check(request);
        return verdicts is null ? default : CheckAgainAsync(request);
    }

    private async ValueTask<SchemaVerdict?[]?> CheckAgainAsync(ProduceRequest request)
    {
        using var limit = new CancellationTokenSource(CatchUpLimit, time);
        try
        {
            await follower.CatchUpAsync(limit.Token);
            return Check(request);
        }
        catch (Exception error) when (error is KafkaException or OperationCanceledException)
        {
            return Check(request, error);
        }
    }

    private SchemaVerdict?[]? Check(ProduceRequest request, Exception? unreadable = null)
    {
        SchemaVerdict?[]? verdicts = null;
        var next = 0;
        foreach (var topic in request.TopicData)
        {
            var name = topic.TopicId == Uuid.Zero ? topic.Name : metadata.Image.Topics.Find(topic.TopicId)?.Name;
            foreach (var partition in topic.PartitionData)
            {
                if (name is not null && _rules.TryGetValue(name, out var rules)
                    && SchemaIdValidator.Check(partition.Records.Memory, name, rules, schemas) is { Count: > 0 } wrong)
                    (verdicts ??= new SchemaVerdict?[Count(request)])[next] = Verdict(wrong, unreadable);
                next++;
            }
        }
        return verdicts;
    }

    // While the registry's topic cannot be read, nobody knows: the producer may come again.
    private SchemaVerdict Verdict(IReadOnlyList<SchemaViolation> violations, Exception? unreadable) =>
        unreadable is not null
            ? new(ErrorCode.NotEnoughReplicas,
                $"whether the schema is registered is not known, as {follower.Topic} cannot be read: {unreadable.Message}", [])
            : new(ErrorCode.InvalidRecord,
                $"{violations.Count} records are refused, the first because {violations[0].Message}", violations);

    private static int Count(ProduceRequest request)
    {
        var count = 0;
        foreach (var topic in request.TopicData)
            count += topic.PartitionData.Count;
        return count;
    }
}
