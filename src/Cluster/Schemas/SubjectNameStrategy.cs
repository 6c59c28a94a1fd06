namespace Platform.Cluster.Schemas;

/// <summary>Which subject a schema of a record has to be registered under: Confluent's strategies.</summary>
public enum SubjectNameStrategy
{
    /// <summary>The topic's name with -key or -value.</summary>
    TopicName,
    /// <summary>The name of the record type, so any subject: the broker does not look into schemas.</summary>
    RecordName,
    /// <summary>The topic's name, a dash and the name of the record type: any subject that begins so.</summary>
    TopicRecordName,
}
