namespace Platform.Protocol;

/// <summary>One partition of a topic, by name.</summary>
public readonly record struct TopicPartition(string Topic, int Partition) : IComparable<TopicPartition>
{
    /// <summary>The name of the partition's directory: topic, dash, number.</summary>
    public override string ToString() => $"{Topic}-{Partition}";

    /// <inheritdoc/>
    public int CompareTo(TopicPartition other)
    {
        var byTopic = string.CompareOrdinal(Topic, other.Topic);
        return byTopic != 0 ? byTopic : Partition.CompareTo(other.Partition);
    }
}

/// <summary>One partition of one incarnation of a topic (KIP-516).</summary>
public readonly record struct TopicIdPartition(Uuid TopicId, TopicPartition TopicPartition)
{
    /// <summary>Name of the topic.</summary>
    public string Topic => TopicPartition.Topic;

    /// <summary>Number of the partition.</summary>
    public int Partition => TopicPartition.Partition;
}
