using System.Text.Json;
using Platform.Api.SchemaRegistry.Config;
using Platform.Api.SchemaRegistry.Schemas;

namespace Platform.Api.SchemaRegistry.Storage;

/// <summary>Applies records of the schemas topic to the store, at load and for every later record alike.</summary>
internal sealed class SchemaStoreReplay(
    SchemaStore store, Associations.AssociationStore associations, SchemaChangeFeed feed,
    ILogger<SchemaStoreReplay> logger)
{
    /// <summary>
    /// Applies one record. A record that cannot be read is logged and passed over: one bad record of a foreign writer
    /// must not keep the registry from starting.
    /// </summary>
    public void Apply(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, bool hasValue, long offset, long timestampMs)
    {
        try
        {
            var read = SchemaTopicCodec.Read<SchemaTopicKey>(key);
            var change = read.KeyType == SchemaKeyTypes.Association ? ApplyAssociation(key, value, hasValue)
                : Apply(read, value, hasValue, timestampMs);
            feed.Publish(change with { Offset = offset, TimestampMs = timestampMs });
        }
        catch (JsonException error)
        {
            logger.RecordPassedOver(error, timestampMs);
        }
    }

    private SchemaChange Apply(SchemaTopicKey key, ReadOnlySpan<byte> value, bool hasValue, long timestampMs)
    {
        var change = new SchemaChange { Type = key.KeyType, Subject = key.Subject, Version = key.Version };
        switch (key.KeyType)
        {
            case SchemaKeyTypes.Schema when key is { Subject: { } subject, Version: { } version }:
                if (!hasValue)
                {
                    store.Remove(subject, version);
                    return change with { Deleted = true };
                }
                var schema = ToStored(SchemaTopicCodec.Read<SchemaValue>(value), timestampMs);
                store.Put(schema);
                return change with { Id = schema.Id, Deleted = schema.Deleted };
            case SchemaKeyTypes.Config:
                store.SetConfig(key.Subject ?? SchemaStore.Global,
                    hasValue ? SchemaTopicCodec.Read<RegistryConfig>(value) with { Subject = null } : null);
                return change with { Deleted = !hasValue };
            case SchemaKeyTypes.Mode:
                var mode = hasValue ? SchemaTopicCodec.Read<ModeValue>(value).Mode : null;
                store.SetMode(key.Subject ?? SchemaStore.Global, RegistryModes.Parse(mode));
                return change with { Deleted = !hasValue };
            default:
                return ApplyRare(key, value, hasValue, change);
        }
    }

    private SchemaChange ApplyRare(
        SchemaTopicKey key, ReadOnlySpan<byte> value, bool hasValue, SchemaChange change)
    {
        switch (key.KeyType)
        {
            case SchemaKeyTypes.DeleteSubject when hasValue:
                var deleted = SchemaTopicCodec.Read<DeleteSubjectValue>(value);
                store.DeleteUpTo(deleted.Subject, deleted.Version);
                return change with { Version = deleted.Version, Deleted = true };
            case SchemaKeyTypes.ClearSubject when hasValue:
                Clear(SchemaTopicCodec.Read<DeleteSubjectValue>(value).Subject);
                return change with { Deleted = true };
            case SchemaKeyTypes.Context when key.Context is { } context:
                if (hasValue)
                    store.AddContext(context);
                else
                    store.RemoveContext(context);
                return change with { Subject = $":{context}:", Deleted = !hasValue };
            case SchemaKeyTypes.Noop when hasValue:
                store.RaiseMaxId(key.Context ?? "", SchemaTopicCodec.Read<NoopValue>(value).MaxId);
                break;
        }
        return change;
    }

    private SchemaChange ApplyAssociation(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, bool hasValue)
    {
        var association = SchemaTopicCodec.Read<Associations.AssociationKey>(key);
        associations.Apply(
            association, hasValue ? SchemaTopicCodec.Read<Associations.Association>(value) : null);
        return new SchemaChange { Type = association.KeyType, Subject = association.Subject, Deleted = !hasValue };
    }

    private void Clear(string subject)
    {
        foreach (var schema in store.Versions(subject, Visibility.LiveAndDeleted))
            store.Remove(subject, schema.Version);
    }

    private static StoredSchema ToStored(SchemaValue value, long timestampMs)
    {
        var references = value.References ?? [];
        var metadata = value.Metadata?.OrNull();
        var guid = SchemaIdentity.Of(value.Schema, references, metadata, value.Rules);
        return new StoredSchema(value.Subject, value.Version, value.Id, guid, SchemaTypes.OrDefault(value.SchemaType),
            value.Schema, references, value.Deleted, timestampMs) { Metadata = metadata, Rules = value.Rules };
    }
}

internal static partial class SchemaReplayLog
{
    [LoggerMessage(LogLevel.Warning,
        "A record of the schemas topic with timestamp {TimestampMs} cannot be read and is passed over")]
    public static partial void RecordPassedOver(this ILogger logger, Exception error, long timestampMs);
}
