using System.Text.Json.Serialization;

namespace Platform.Api.SchemaRegistry.Storage;

/// <summary>
/// Key of a record in the schemas topic, in the layout that Confluent's registry and Karapace read and write.
/// </summary>
/// <param name="KeyType">One of <see cref="SchemaKeyTypes"/>.</param>
/// <param name="Subject">Absent for what holds globally.</param>
/// <param name="Version">Only for SCHEMA.</param>
/// <param name="Tenant">Only for CONTEXT.</param>
/// <param name="Context">Only for CONTEXT, and for a NOOP of another context than the default one.</param>
/// <param name="Magic">1 for SCHEMA, 0 for everything else.</param>
internal sealed record SchemaTopicKey(
    [property: JsonPropertyName("keytype"), JsonPropertyOrder(0)] string KeyType,
    [property: JsonPropertyName("subject"), JsonPropertyOrder(1)] string? Subject,
    [property: JsonPropertyName("version"), JsonPropertyOrder(2)] int? Version,
    [property: JsonPropertyName("tenant"), JsonPropertyOrder(3)] string? Tenant,
    [property: JsonPropertyName("context"), JsonPropertyOrder(4)] string? Context,
    [property: JsonPropertyName("magic"), JsonPropertyOrder(5)] int Magic)
{
    private const string DefaultTenant = "default";

    public static SchemaTopicKey OfSchema(string subject, int version) =>
        new(SchemaKeyTypes.Schema, subject, version, null, null, 1);

    public static SchemaTopicKey OfConfig(string key) => Of(SchemaKeyTypes.Config, key);

    public static SchemaTopicKey OfMode(string key) => Of(SchemaKeyTypes.Mode, key);

    public static SchemaTopicKey OfDeleteSubject(string subject) => Of(SchemaKeyTypes.DeleteSubject, subject);

    public static SchemaTopicKey OfContext(string context) =>
        new(SchemaKeyTypes.Context, null, null, DefaultTenant, context, 0);

    public static SchemaTopicKey OfNoop(string context) =>
        new(SchemaKeyTypes.Noop, null, null, null, context.Length == 0 ? null : context, 0);

    private static SchemaTopicKey Of(string type, string subject) =>
        new(type, subject.Length == 0 ? null : subject, null, null, null, 0);
}

/// <summary>What a record of the schemas topic is about.</summary>
internal static class SchemaKeyTypes
{
    public const string Schema = "SCHEMA";
    public const string Config = "CONFIG";
    public const string Mode = "MODE";
    public const string DeleteSubject = "DELETE_SUBJECT";
    public const string ClearSubject = "CLEAR_SUBJECT";
    public const string Context = "CONTEXT";
    public const string Noop = "NOOP";
    public const string Association = "ASSOC";
}
