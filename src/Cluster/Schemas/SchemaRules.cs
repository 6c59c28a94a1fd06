using Platform.Cluster.Configuration;

namespace Platform.Cluster.Schemas;

/// <summary>What a topic demands of the schema ids in its records.</summary>
/// <param name="Key">How subjects of keys are named; null when keys are not looked at.</param>
/// <param name="Value">How subjects of values are named; null when values are not looked at.</param>
public sealed record SchemaRules(SubjectNameStrategy? Key, SubjectNameStrategy? Value)
{
    /// <summary>The rules of a topic; null when it has none.</summary>
    public static SchemaRules? Of(TopicConfig topic)
    {
        var key = topic[TopicConfigs.KeySchemaValidation];
        var value = topic[TopicConfigs.ValueSchemaValidation];
        return key || value
            ? new SchemaRules(
                key ? Parse(topic[TopicConfigs.KeySubjectNameStrategy]) : null,
                value ? Parse(topic[TopicConfigs.ValueSubjectNameStrategy]) : null)
            : null;
    }

    private static SubjectNameStrategy Parse(string className) => className switch
    {
        TopicConfigs.RecordNameStrategy => SubjectNameStrategy.RecordName,
        TopicConfigs.TopicRecordNameStrategy => SubjectNameStrategy.TopicRecordName,
        _ => SubjectNameStrategy.TopicName,
    };
}
