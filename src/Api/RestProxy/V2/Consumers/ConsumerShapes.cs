using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Protocol;

namespace Platform.Api.RestProxy.V2.Consumers;

/// <summary>Settings of a new consumer instance. Numbers and flags may be given as text, as older clients do.</summary>
internal sealed record CreateConsumerRequest(
    [property: JsonPropertyName("name")] string? Name = null,
    [property: JsonPropertyName("id")] string? Id = null,
    [property: JsonPropertyName("format")] string? Format = null,
    [property: JsonPropertyName("auto.offset.reset")] string? AutoOffsetReset = null,
    [property: JsonPropertyName("auto.commit.enable")] [property: JsonConverter(typeof(FlagOrTextConverter))]
    bool? AutoCommitEnable = null,
    [property: JsonPropertyName("fetch.min.bytes")]
    [property: JsonNumberHandling(JsonNumberHandling.AllowReadingFromString)]
    int? FetchMinBytes = null,
    [property: JsonPropertyName("consumer.request.timeout.ms")]
    [property: JsonNumberHandling(JsonNumberHandling.AllowReadingFromString)]
    int? ConsumerRequestTimeoutMs = null);

/// <summary>A new consumer instance and the address that its calls go to.</summary>
internal sealed record CreateConsumerResponse(
    [property: JsonPropertyName("instance_id")] string InstanceId,
    [property: JsonPropertyName("base_uri")] string BaseUri);

/// <summary>Topics by name, or by a regular expression that matches the whole name.</summary>
internal sealed record SubscriptionRequest(
    [property: JsonPropertyName("topics")] IReadOnlyList<string>? Topics = null,
    [property: JsonPropertyName("topic_pattern")] string? TopicPattern = null);

/// <summary>The topics that an instance subscribes to.</summary>
internal sealed record SubscriptionResponse([property: JsonPropertyName("topics")] IReadOnlyList<string> Topics);

/// <summary>A partition of a topic.</summary>
internal sealed record PartitionItem(
    [property: JsonPropertyName("topic")] string Topic,
    [property: JsonPropertyName("partition")] int Partition)
{
    public TopicPartition ToTopicPartition() => new(Topic, Partition);
}

/// <summary>Several partitions.</summary>
internal sealed record PartitionList(
    [property: JsonPropertyName("partitions")] IReadOnlyList<PartitionItem>? Partitions);

/// <summary>
/// An offset in a partition: of the next record to read, or, in commits, of the last one that was read.
/// </summary>
internal sealed record OffsetItem(
    [property: JsonPropertyName("topic")] string Topic,
    [property: JsonPropertyName("partition")] int Partition,
    [property: JsonPropertyName("offset")] long Offset,
    [property: JsonPropertyName("metadata")] string? Metadata = null)
{
    public TopicPartition ToTopicPartition() => new(Topic, Partition);
}

/// <summary>A time in a partition: the first record that is not older.</summary>
internal sealed record TimestampItem(
    [property: JsonPropertyName("topic")] string Topic,
    [property: JsonPropertyName("partition")] int Partition,
    [property: JsonPropertyName("timestamp")] DateTimeOffset Timestamp,
    [property: JsonPropertyName("metadata")] string? Metadata = null)
{
    public TopicPartition ToTopicPartition() => new(Topic, Partition);
}

/// <summary>Where to read next, by offset or by time.</summary>
internal sealed record SeekRequest(
    [property: JsonPropertyName("offsets")] IReadOnlyList<OffsetItem>? Offsets = null,
    [property: JsonPropertyName("timestamps")] IReadOnlyList<TimestampItem>? Timestamps = null);

/// <summary>Several offsets.</summary>
internal sealed record OffsetList([property: JsonPropertyName("offsets")] IReadOnlyList<OffsetItem>? Offsets);

/// <summary>A record that was read; key and value are embedded in the format of the instance.</summary>
internal sealed record ConsumedRecord(
    [property: JsonPropertyName("topic")] string Topic,
    [property: JsonPropertyName("key")] JsonElement? Key,
    [property: JsonPropertyName("value")] JsonElement? Value,
    [property: JsonPropertyName("partition")] int Partition,
    [property: JsonPropertyName("offset")] long Offset,
    [property: JsonPropertyName("error_code")] int? ErrorCode,
    [property: JsonPropertyName("error")] string? Error,
    [property: JsonPropertyName("headers")] IReadOnlyList<Records.V2Header>? Headers,
    [property: JsonPropertyName("timestamp")] long? Timestamp,
    [property: JsonPropertyName("raw_key")] byte[]? RawKey,
    [property: JsonPropertyName("raw_value")] byte[]? RawValue);

/// <summary>true or "true".</summary>
internal sealed class FlagOrTextConverter : JsonConverter<bool?>
{
    public override bool? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType switch
        {
            JsonTokenType.True => true,
            JsonTokenType.False => false,
            JsonTokenType.Null => null,
            JsonTokenType.String when bool.TryParse(reader.GetString(), out var flag) => flag,
            _ => throw new JsonException("true or false is expected"),
        };

    public override void Write(Utf8JsonWriter writer, bool? value, JsonSerializerOptions options)
    {
        if (value is { } flag)
            writer.WriteBooleanValue(flag);
        else
            writer.WriteNullValue();
    }
}
