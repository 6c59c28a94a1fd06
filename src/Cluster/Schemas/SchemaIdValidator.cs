using Platform.Protocol.Records;

namespace Platform.Cluster.Schemas;

/// <summary>A record that a topic does not take.</summary>
/// <param name="BatchIndex">Its number in the batch.</param>
/// <param name="Message">What is wrong with it.</param>
public readonly record struct SchemaViolation(int BatchIndex, string Message);

/// <summary>
/// Checks that records carry the id of a schema that their subject has: what Confluent Server does for topics with
/// <c>confluent.value.schema.validation</c>. The data itself is not looked at. Nulls pass: they delete keys.
/// </summary>
public static class SchemaIdValidator
{
    /// <summary>Violations that an answer names; a batch can hold many more of the same kind.</summary>
    public const int ViolationsMax = 100;

    /// <summary>Bytes that the records of a batch may decompress to.</summary>
    public const int MaxDecompressedBytes = 64 * 1024 * 1024;

    private const int WholeBatch = 0;

    /// <summary>Checks one batch.</summary>
    /// <param name="bytes">The batch, as it came.</param>
    /// <param name="topic">Where it goes.</param>
    /// <param name="rules">What that topic demands.</param>
    /// <param name="schemas">What is registered.</param>
    /// <returns>Empty when all is well.</returns>
    public static IReadOnlyList<SchemaViolation> Check(
        ReadOnlyMemory<byte> bytes, string topic, SchemaRules rules, RegisteredSchemas schemas)
    {
        try
        {
            return Check(RecordBatch.Parse(bytes), topic, rules, schemas);
        }
        catch (CorruptRecordException unreadable)
        {
            return [new SchemaViolation(WholeBatch, $"the schema ids of the batch cannot be read: {unreadable.Message}")];
        }
    }

    private static List<SchemaViolation> Check(
        RecordBatch batch, string topic, SchemaRules rules, RegisteredSchemas schemas)
    {
        var violations = new List<SchemaViolation>();
        // Nearly always all records of a batch have the same schema.
        SchemaTag? lastKey = null, lastValue = null;
        var index = 0;
        foreach (var record in batch.Records(MaxDecompressedBytes))
        {
            var wrong = Check(record.Key, record.Headers, rules.Key, topic, "key", schemas, ref lastKey)
                ?? Check(record.Value, record.Headers, rules.Value, topic, "value", schemas, ref lastValue);
            if (wrong is not null)
                violations.Add(new SchemaViolation(index, wrong));
            if (violations.Count == ViolationsMax)
                break;
            index++;
        }
        return violations;
    }

    private static string? Check(
        ReadOnlyMemory<byte>? data, RecordHeaders headers, SubjectNameStrategy? strategy, string topic, string part,
        RegisteredSchemas schemas, ref SchemaTag? last)
    {
        if (strategy is not { } naming || data is not { } bytes)
            return null;
        var header = part == "key" ? SchemaTag.KeyHeader : SchemaTag.ValueHeader;
        if (SchemaTag.Read(bytes.Span, headers, header, out _) is not { } tag)
            return $"the {part} carries no schema id; {topic} takes only records that a serializer of the schema registry "
                + $"has written (confluent.{part}.schema.validation)";
        if (tag == last)
            return null;
        if (!schemas.Has(tag, naming, topic, "-" + part))
            return $"schema {tag} of the {part} is not registered under {Subject(naming, topic, part)}";
        last = tag;
        return null;
    }

    private static string Subject(SubjectNameStrategy naming, string topic, string part) => naming switch
    {
        SubjectNameStrategy.TopicName => $"subject {topic}-{part}",
        SubjectNameStrategy.TopicRecordName => $"a subject that begins with {topic}-",
        _ => "any subject",
    };
}
