using System.Text.Json.Serialization;

namespace Platform.Api.RestProxy.V3.Configs;

/// <summary>A setting of a topic, a broker, or all brokers; one of the three says whose.</summary>
internal sealed record KafkaConfigResource(
    [property: JsonPropertyName("kind")] string Kind,
    [property: JsonPropertyName("metadata")] ResourceMetadata Metadata,
    [property: JsonPropertyName("cluster_id")] string ClusterId,
    [property: JsonPropertyName("topic_name")]
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    string? TopicName,
    [property: JsonPropertyName("broker_id")]
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    int? BrokerId,
    [property: JsonPropertyName("config_type")]
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    string? ConfigType,
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("value")] string? Value,
    [property: JsonPropertyName("is_default")] bool IsDefault,
    [property: JsonPropertyName("is_read_only")] bool IsReadOnly,
    [property: JsonPropertyName("is_sensitive")] bool IsSensitive,
    [property: JsonPropertyName("source")] string Source,
    [property: JsonPropertyName("synonyms")] IReadOnlyList<ConfigSynonymResource> Synonyms);

/// <summary>A value that would be in force without the stronger one.</summary>
internal sealed record ConfigSynonymResource(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("value")] string? Value,
    [property: JsonPropertyName("source")] string Source);

/// <summary>A new value of a setting.</summary>
internal sealed record UpdateConfigRequest([property: JsonPropertyName("value")] string? Value);

/// <summary>Changes of several settings of one resource, all or none.</summary>
internal sealed record AlterConfigsRequest(
    [property: JsonPropertyName("data")] IReadOnlyList<AlterConfigItem> Data,
    [property: JsonPropertyName("validate_only")] bool ValidateOnly = false);

/// <summary>One change: operation is SET, the default, or DELETE.</summary>
internal sealed record AlterConfigItem(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("value")] string? Value = null,
    [property: JsonPropertyName("operation")] string? Operation = null);

/// <summary>Changes of settings of several topics.</summary>
internal sealed record AlterTopicConfigsRequest(
    [property: JsonPropertyName("data")] IReadOnlyList<AlterTopicConfigs> Data,
    [property: JsonPropertyName("validate_only")] bool ValidateOnly = false);

/// <summary>Changes of one topic's settings, all or none.</summary>
internal sealed record AlterTopicConfigs(
    [property: JsonPropertyName("topic_name")] string TopicName,
    [property: JsonPropertyName("configs")] IReadOnlyList<AlterConfigItem> Configs);

/// <summary>The topics whose settings could not be changed.</summary>
internal sealed record AlterTopicConfigsFailures(
    [property: JsonPropertyName("failures")] IReadOnlyList<AlterTopicConfigsFailure> Failures);

/// <summary>Why a topic's settings were not changed.</summary>
internal sealed record AlterTopicConfigsFailure(
    [property: JsonPropertyName("topic_name")] string TopicName,
    [property: JsonPropertyName("error_code")] int ErrorCode,
    [property: JsonPropertyName("message")] string Message);
