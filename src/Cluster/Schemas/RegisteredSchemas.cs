using System.Text.Json;
using Platform.Protocol.Records;

namespace Platform.Cluster.Schemas;

/// <summary>
/// Which subjects have which schemas, as the records of the registry's topic say (<c>_schemas</c>, in Confluent's
/// layout). Only what the check of ids needs is kept, and only of the default context. Thread-safe.
/// </summary>
public sealed class RegisteredSchemas
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Subject, int Version), Registration> _versions = [];
    private readonly Dictionary<SchemaTag, Dictionary<string, int>> _subjects = [];

    /// <summary>Versions that are known, deleted ones included.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _versions.Count;
        }
    }

    /// <summary>Takes a record of the topic. What is no schema, or cannot be read, changes nothing.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="value">Its value; empty for a tombstone.</param>
    public void Apply(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        try
        {
            var (name, fields) = (SchemaTopicFields.Read(key), SchemaTopicFields.Read(value));
            if (SubjectOf(name) is not { } subject)
                return;
            lock (_lock)
                Apply(name, subject, fields, isTombstone: value.IsEmpty);
        }
        catch (JsonException)
        {
            // Written by somebody else; the registry logs it, and refusing all records for it would help nobody.
        }
    }

    /// <summary>Is the schema registered under a subject that the strategy allows?</summary>
    /// <param name="tag">The schema.</param>
    /// <param name="strategy">How subjects are named.</param>
    /// <param name="topic">The topic of the record.</param>
    /// <param name="suffix">-key or -value.</param>
    public bool Has(SchemaTag tag, SubjectNameStrategy strategy, string topic, string suffix)
    {
        lock (_lock)
            return _subjects.TryGetValue(tag, out var subjects) && strategy switch
            {
                SubjectNameStrategy.TopicName => subjects.ContainsKey(topic + suffix),
                SubjectNameStrategy.TopicRecordName => subjects.Keys.Any(
                    subject => subject.StartsWith(topic + "-", StringComparison.Ordinal)),
                _ => true,
            };
    }

    private void Apply(SchemaTopicFields key, string subject, SchemaTopicFields value, bool isTombstone)
    {
        switch (key.KeyType)
        {
            case "SCHEMA" when key.Version is { } version && isTombstone:
                Remove((subject, version));
                break;
            case "SCHEMA" when key.Version is { } version && value.Id is { } id:
                Put((subject, version), new Registration(id, value.Guid, value.Deleted));
                break;
            case "DELETE_SUBJECT" when value.Version is { } last:
                foreach (var version in UpTo(subject, last))
                    Put(version, _versions[version] with { IsDeleted = true });
                break;
            case "CLEAR_SUBJECT" when value.Version is { } last:
                foreach (var version in UpTo(subject, last))
                    Remove(version);
                break;
        }
    }

    private List<(string Subject, int Version)> UpTo(string subject, int last) =>
        [.. _versions.Keys.Where(version => version.Subject == subject && version.Version <= last)];

    private void Put((string Subject, int Version) version, Registration registration)
    {
        Remove(version);
        _versions[version] = registration;
        foreach (var tag in registration.Tags)
        {
            if (!_subjects.TryGetValue(tag, out var subjects))
                _subjects[tag] = subjects = new Dictionary<string, int>(StringComparer.Ordinal);
            subjects[version.Subject] = subjects.GetValueOrDefault(version.Subject) + 1;
        }
    }

    private void Remove((string Subject, int Version) version)
    {
        if (!_versions.Remove(version, out var registration))
            return;
        foreach (var tag in registration.Tags)
        {
            var subjects = _subjects[tag];
            if (--subjects[version.Subject] == 0)
                subjects.Remove(version.Subject);
            if (subjects.Count == 0)
                _subjects.Remove(tag);
        }
    }

    // ":.context:subject" lies in a context, where ids are others; ":.:subject" is the default one.
    private static string? SubjectOf(SchemaTopicFields key) => key.Subject switch
    {
        null => null,
        { } subject when subject.StartsWith(":.:", StringComparison.Ordinal) => subject[3..],
        { } subject when subject.StartsWith(":.", StringComparison.Ordinal) => null,
        { } subject => subject,
    };

    // A schema that is deleted is none of its subject's any more.
    private readonly record struct Registration(int Id, Guid? Guid, bool IsDeleted)
    {
        public IEnumerable<SchemaTag> Tags
        {
            get
            {
                if (IsDeleted)
                    yield break;
                yield return new SchemaTag(Id, null);
                if (Guid is { } guid)
                    yield return new SchemaTag(null, guid);
            }
        }
    }
}
