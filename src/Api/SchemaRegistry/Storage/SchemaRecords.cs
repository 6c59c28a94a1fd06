using Platform.Api.SchemaRegistry.Config;
using Platform.Api.SchemaRegistry.Schemas;

namespace Platform.Api.SchemaRegistry.Storage;

/// <summary>Builds the records of the schemas topic.</summary>
internal static class SchemaRecords
{
    private const string DefaultTenant = "default";

    public static SchemaLogRecord Of(StoredSchema schema) => New(
        SchemaTopicKey.OfSchema(schema.Subject, schema.Version),
        new SchemaValue(schema.Subject, schema.Version, schema.Id, SchemaIdentity.ToBase64(schema.Guid),
            schema.SchemaType == SchemaTypes.Avro ? null : schema.SchemaType,
            schema.References.Count == 0 ? null : schema.References, schema.Metadata, schema.Rules,
            schema.Text, schema.Deleted));

    public static SchemaLogRecord Tombstone(StoredSchema schema) =>
        Delete(SchemaTopicKey.OfSchema(schema.Subject, schema.Version));

    public static SchemaLogRecord DeleteSubject(string subject, int upTo) =>
        New(SchemaTopicKey.OfDeleteSubject(subject), new DeleteSubjectValue(subject, upTo));

    public static SchemaLogRecord Config(string key, RegistryConfig? config) => config is null
        ? Delete(SchemaTopicKey.OfConfig(key))
        : New(SchemaTopicKey.OfConfig(key), config with { Subject = key.Length == 0 ? null : key });

    public static SchemaLogRecord Mode(string key, RegistryMode? mode) => mode is null
        ? Delete(SchemaTopicKey.OfMode(key))
        : New(SchemaTopicKey.OfMode(key), new ModeValue(key.Length == 0 ? null : key, mode.ToString()));

    public static SchemaLogRecord Context(string name, bool exists) => exists
        ? New(SchemaTopicKey.OfContext(name), new ContextValue(DefaultTenant, name))
        : Delete(SchemaTopicKey.OfContext(name));

    /// <summary>Compaction forgets a schema that was deleted for good; this keeps its id from being given again.</summary>
    public static SchemaLogRecord KeepMaxId(string context, int maxId) =>
        New(SchemaTopicKey.OfNoop(context), new NoopValue(maxId));

    public static SchemaLogRecord Association(Associations.Association one, bool exists) => new(
        SchemaTopicCodec.Write(Associations.AssociationKey.Of(one)), exists ? SchemaTopicCodec.Write(one) : null);

    public static SchemaLogRecord Delete(SchemaTopicKey key) => new(SchemaTopicCodec.Write(key), null);

    private static SchemaLogRecord New<T>(SchemaTopicKey key, T value) =>
        new(SchemaTopicCodec.Write(key), SchemaTopicCodec.Write(value));
}
