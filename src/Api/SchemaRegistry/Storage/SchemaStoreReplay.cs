using System.Text.Json;
using Platform.Api.SchemaRegistry.Compatibility;
using Platform.Api.SchemaRegistry.Config;
using Platform.Api.SchemaRegistry.Schemas;

namespace Platform.Api.SchemaRegistry.Storage;

/// <summary>Applies records of the schemas topic to the store, at load and for every later record alike.</summary>
internal sealed class SchemaStoreReplay(SchemaStore store, ILogger<SchemaStoreReplay> logger)
{
    /// <summary>
    /// Applies one record. A record that cannot be read is logged and passed over: one bad record of a foreign writer
    /// must not keep the registry from starting.
    /// </summary>
    public void Apply(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, bool hasValue, long timestampMs)
    {
        try
        {
            Apply(SchemaTopicCodec.Read<SchemaTopicKey>(key), value, hasValue, timestampMs);
        }
        catch (JsonException error)
        {
            logger.RecordPassedOver(error, timestampMs);
        }
    }

    private void Apply(SchemaTopicKey key, ReadOnlySpan<byte> value, bool hasValue, long timestampMs)
    {
        switch (key.KeyType)
        {
            case SchemaKeyTypes.Schema when key is { Subject: { } subject, Version: { } version }:
                if (hasValue)
                    store.Put(ToStored(SchemaTopicCodec.Read<SchemaValue>(value), timestampMs));
                else
                    store.Remove(subject, version);
                break;
            case SchemaKeyTypes.Config:
                var config = hasValue ? SchemaTopicCodec.Read<ConfigValue>(value).CompatibilityLevel : null;
                store.SetLevel(key.Subject, CompatibilityLevels.Parse(config));
                break;
            case SchemaKeyTypes.Mode:
                var mode = hasValue ? SchemaTopicCodec.Read<ModeValue>(value).Mode : null;
                store.SetMode(key.Subject, RegistryModes.Parse(mode));
                break;
            case SchemaKeyTypes.DeleteSubject when hasValue:
                var deleted = SchemaTopicCodec.Read<DeleteSubjectValue>(value);
                store.DeleteUpTo(deleted.Subject, deleted.Version);
                break;
            case SchemaKeyTypes.ClearSubject when hasValue:
                Clear(SchemaTopicCodec.Read<DeleteSubjectValue>(value).Subject);
                break;
            case SchemaKeyTypes.Noop when hasValue:
                store.RaiseMaxId(SchemaTopicCodec.Read<NoopValue>(value).MaxId);
                break;
        }
    }

    private void Clear(string subject)
    {
        foreach (var schema in store.Versions(subject, Visibility.LiveAndDeleted))
            store.Remove(subject, schema.Version);
    }

    private static StoredSchema ToStored(SchemaValue value, long timestampMs)
    {
        var references = value.References ?? [];
        return new StoredSchema(value.Subject, value.Version, value.Id, SchemaIdentity.Of(value.Schema, references),
            SchemaTypes.OrDefault(value.SchemaType), value.Schema, references, value.Deleted, timestampMs);
    }
}

internal static partial class SchemaReplayLog
{
    [LoggerMessage(LogLevel.Warning,
        "A record of the schemas topic with timestamp {TimestampMs} cannot be read and is passed over")]
    public static partial void RecordPassedOver(this ILogger logger, Exception error, long timestampMs);
}
