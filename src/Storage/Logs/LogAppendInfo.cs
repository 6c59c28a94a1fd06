using Platform.Protocol;

namespace Platform.Storage;

/// <summary>Who appends.</summary>
public enum AppendOrigin
{
    /// <summary>A client's Produce request: every rule is checked.</summary>
    Client,
    /// <summary>A group, share or transaction coordinator of this broker.</summary>
    Coordinator,
    /// <summary>The leader of the metadata quorum.</summary>
    RaftLeader,
    /// <summary>A copy of what the leader appended.</summary>
    Replication,
}

/// <summary>How far a reader may see.</summary>
public enum FetchIsolation
{
    /// <summary>To the end of the log: followers.</summary>
    LogEnd,
    /// <summary>What is replicated: consumers.</summary>
    HighWatermark,
    /// <summary>What is replicated and belongs to no open transaction: <c>read_committed</c>.</summary>
    TxnCommitted,
}

/// <summary>A record that a batch was refused for.</summary>
/// <param name="BatchIndex">Index of the record in the request's batch.</param>
/// <param name="Message">What is wrong with it.</param>
public readonly record struct RecordError(int BatchIndex, string Message);

/// <summary>What became of an append.</summary>
public readonly record struct LogAppendInfo
{
    private readonly IReadOnlyList<RecordError>? _recordErrors;

    /// <summary>Why nothing was appended; <see cref="ErrorCode.None"/> when it was.</summary>
    public ErrorCode Error { get; init; }
    /// <summary>The error in words, or null.</summary>
    public string? ErrorMessage { get; init; }
    /// <summary>The records that were refused, when the error is about records.</summary>
    public IReadOnlyList<RecordError> RecordErrors { get => _recordErrors ?? []; init => _recordErrors = value; }
    /// <summary>Offset of the first record appended, or of the first time when this is a duplicate; -1 for
    /// errors.</summary>
    public long FirstOffset { get; init; }
    /// <summary>Offset of the last record appended; -1 for errors.</summary>
    public long LastOffset { get; init; }
    /// <summary>The time that the broker gave the records, in ms since 1970; -1 when they keep their own.</summary>
    public long LogAppendTime { get; init; }
    /// <summary>First offset of the log.</summary>
    public long LogStartOffset { get; init; }
    /// <summary>An idempotent producer sent this batch before: nothing was appended, and that is no error.</summary>
    public bool IsDuplicate { get; init; }

    internal static LogAppendInfo Failed(
        ErrorCode error, string message, long logStartOffset = -1, IReadOnlyList<RecordError>? records = null) => new()
        {
            Error = error,
            ErrorMessage = message,
            RecordErrors = records ?? [],
            FirstOffset = -1,
            LastOffset = -1,
            LogAppendTime = -1,
            LogStartOffset = logStartOffset,
        };
}
