using Platform.Protocol;

namespace Platform.Cluster.Coordination;

/// <summary>
/// What an operation on a shard decided: records to append as one batch and apply, and effects to carry out once
/// they are appended. Answers among the effects wait until the records are committed.
/// </summary>
public sealed class CoordinatorResult
{
    private readonly Func<ErrorCode, IReadOnlyList<CoordinatorEffect>> _onAppendFailed;

    internal CoordinatorResult(
        IReadOnlyList<CoordinatorRecord> records,
        IReadOnlyList<CoordinatorEffect> effects,
        Func<ErrorCode, IReadOnlyList<CoordinatorEffect>> onAppendFailed,
        bool isAtomic,
        ProducerIdAndEpoch? producer = null)
    {
        Records = records;
        Effects = effects;
        IsAtomic = isAtomic;
        Producer = producer;
        _onAppendFailed = onAppendFailed;
    }

    /// <summary>To be appended, and then given to <see cref="ICoordinatorShard.Apply"/> one by one.</summary>
    public IReadOnlyList<CoordinatorRecord> Records { get; }

    /// <summary>To be carried out in this order after the append.</summary>
    public IReadOnlyList<CoordinatorEffect> Effects { get; }

    /// <summary>False when the records may be split over several batches, such as those of a cleanup.</summary>
    public bool IsAtomic { get; }

    /// <summary>As whose transaction the records are to be written; null for none.</summary>
    public ProducerIdAndEpoch? Producer { get; }

    /// <summary>
    /// Undoes what the operation prepared, because the log refused the records. Call it at most once, and only
    /// before any other call of the shard.
    /// </summary>
    /// <param name="error">What clients are to be told; see <see cref="CoordinatorErrors.ForAppendError"/>.</param>
    /// <returns>The effects that take the place of <see cref="Effects"/>.</returns>
    public IReadOnlyList<CoordinatorEffect> AppendFailed(ErrorCode error) => _onAppendFailed(error);
}
