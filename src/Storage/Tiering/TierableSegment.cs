namespace Platform.Storage;

/// <summary>A closed segment that is ready to be copied, and what is to be said of it.</summary>
public sealed record TierableSegment
{
    /// <summary>First offset.</summary>
    public required long StartOffset { get; init; }

    /// <summary>Last offset, inclusive.</summary>
    public required long EndOffset { get; init; }

    /// <summary>Largest timestamp, in ms since 1970.</summary>
    public required long MaxTimestampMs { get; init; }

    /// <summary>Bytes of its records.</summary>
    public required int SizeInBytes { get; init; }

    /// <summary>Leader epochs that have records in it, each with its first offset here.</summary>
    public required IReadOnlyList<(int Epoch, long StartOffset)> LeaderEpochs { get; init; }

    /// <summary>Its files.</summary>
    public required LogSegmentData Data { get; init; }
}
