using System.Text.Json.Serialization;

namespace Platform.Api.SchemaRegistry.Storage;

/// <summary>
/// Key of a record in the schemas topic, in the layout that Confluent's registry and Karapace read and write.
/// </summary>
/// <param name="KeyType">One of <see cref="SchemaKeyTypes"/>.</param>
/// <param name="Subject">Absent for what holds globally.</param>
/// <param name="Version">Only for SCHEMA.</param>
/// <param name="Magic">1 for SCHEMA, 0 for everything else.</param>
internal sealed record SchemaTopicKey(
    [property: JsonPropertyName("keytype"), JsonPropertyOrder(0)] string KeyType,
    [property: JsonPropertyName("subject"), JsonPropertyOrder(1)] string? Subject,
    [property: JsonPropertyName("version"), JsonPropertyOrder(2)] int? Version,
    [property: JsonPropertyName("magic"), JsonPropertyOrder(3)] int Magic)
{
    public static SchemaTopicKey Schema(string subject, int version) => new(SchemaKeyTypes.Schema, subject, version, 1);

    public static SchemaTopicKey Config(string? subject) => new(SchemaKeyTypes.Config, subject, null, 0);

    public static SchemaTopicKey Mode(string? subject) => new(SchemaKeyTypes.Mode, subject, null, 0);

    public static SchemaTopicKey DeleteSubject(string subject) => new(SchemaKeyTypes.DeleteSubject, subject, null, 0);

    public static SchemaTopicKey Noop { get; } = new(SchemaKeyTypes.Noop, null, null, 0);
}

/// <summary>What a record of the schemas topic is about.</summary>
internal static class SchemaKeyTypes
{
    public const string Schema = "SCHEMA";
    public const string Config = "CONFIG";
    public const string Mode = "MODE";
    public const string DeleteSubject = "DELETE_SUBJECT";
    public const string ClearSubject = "CLEAR_SUBJECT";
    public const string Noop = "NOOP";
}
