using Platform.Cluster.Controller;
using Platform.Protocol.Messages;

namespace Platform.Broker.Quorum;

/// <summary>An operation on its way through the controller: decided once, answered when its records are
/// committed.</summary>
internal abstract class ControllerOperation
{
    /// <summary>Offset of the last record that the answer depends on.</summary>
    public long Offset { get; set; }

    /// <summary>Has the operation look at the state and decide; the answer is kept.</summary>
    /// <returns>Its records.</returns>
    public abstract IReadOnlyList<IMetadataRecord> Decide(ControllerContext context);

    /// <summary>Gives the answer to whoever waits.</summary>
    public abstract void Complete();

    /// <summary>Gives an error to whoever waits.</summary>
    public abstract void Fail(Exception reason);
}

/// <summary>An operation with an answer of a type.</summary>
internal sealed class ControllerOperation<T>(Func<ControllerContext, ControllerResult<T>> decide) : ControllerOperation
{
    private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T _response = default!;

    /// <summary>The answer.</summary>
    public Task<T> Task => _answer.Task;

    /// <inheritdoc/>
    public override IReadOnlyList<IMetadataRecord> Decide(ControllerContext context)
    {
        (var records, _response) = decide(context);
        return records;
    }

    /// <inheritdoc/>
    public override void Complete() => _answer.TrySetResult(_response);

    /// <inheritdoc/>
    public override void Fail(Exception reason) => _answer.TrySetException(reason);
}
