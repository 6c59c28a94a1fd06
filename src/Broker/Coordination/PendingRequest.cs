using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Coordination;

/// <summary>A request that the coordinator has and has not answered.</summary>
internal abstract class PendingRequest
{
    /// <summary>Answers. Runs whatever awaited the answer, so never call it under a lock.</summary>
    public abstract void Complete(IResponse response);

    /// <summary>Answers with an error, in the form of the API. Never call it under a lock.</summary>
    public abstract void Fail(ErrorCode error);
}

/// <inheritdoc/>
internal sealed class PendingRequest<TResponse>(Func<ErrorCode, TResponse> onError) : PendingRequest
    where TResponse : class, IResponse
{
    private readonly TaskCompletionSource<TResponse> _answer = new();

    /// <summary>The answer, in time.</summary>
    public Task<TResponse> Answer => _answer.Task;

    /// <inheritdoc/>
    public override void Complete(IResponse response) => _answer.TrySetResult((TResponse)response);

    /// <inheritdoc/>
    public override void Fail(ErrorCode error) => _answer.TrySetResult(onError(error));
}
