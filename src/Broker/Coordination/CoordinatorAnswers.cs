using Platform.Cluster.Coordination;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Coordination;

/// <summary>
/// The requests of one shard that are not answered yet: those that the shard keeps, and those whose answers are known
/// but wait until the records that they reflect are committed. Guarded by the lock of the partition; the answers that
/// became final are handed out, to be given when the lock is released.
/// </summary>
internal sealed class CoordinatorAnswers
{
    private readonly Dictionary<long, PendingRequest> _requests = [];
    // In the order in which answers were decided, so that offsets and deadlines only grow.
    private readonly Queue<Parked> _parked = [];

    private readonly record struct Parked(PendingRequest Request, IResponse Response, long Offset, long DeadlineMs);

    /// <summary>An answer to give once no lock is held: a response, or an error when there is none. Or something else
    /// that must not be done under a lock.</summary>
    public readonly record struct Final(
        PendingRequest? Request, IResponse? Response, ErrorCode Error, Action? Run = null)
    {
        /// <summary>Gives the answer.</summary>
        public void Give()
        {
            Run?.Invoke();
            if (Response is null)
                Request?.Fail(Error);
            else
                Request?.Complete(Response);
        }
    }

    /// <summary>A request was handed to the shard.</summary>
    public void Add(long requestId, PendingRequest request) => _requests.Add(requestId, request);

    /// <summary>The shard decided on a response.</summary>
    /// <param name="effect">The response.</param>
    /// <param name="offset">Offset up to which the log must be committed first.</param>
    /// <param name="highWatermark">Offset up to which it is.</param>
    /// <param name="deadlineMs">When to give up waiting.</param>
    /// <param name="final">Receives the answer when it need not wait.</param>
    public void Complete(CompleteRequest effect, long offset, long highWatermark, long deadlineMs, List<Final> final)
    {
        if (!_requests.Remove(effect.RequestId, out var request))
            return;
        if (effect.BeforeCommit || highWatermark >= offset)
            final.Add(new Final(request, effect.Response, ErrorCode.None));
        else
            _parked.Enqueue(new Parked(request, effect.Response, offset, deadlineMs));
    }

    /// <summary>The shard decided on an error, which reflects nothing and need not wait.</summary>
    public void Fail(long requestId, ErrorCode error, List<Final> final)
    {
        if (_requests.Remove(requestId, out var request))
            final.Add(new Final(request, null, error));
    }

    /// <summary>The log is committed up to an offset.</summary>
    public void OnHighWatermark(long highWatermark, List<Final> final)
    {
        while (_parked.TryPeek(out var next) && next.Offset <= highWatermark)
            final.Add(new Final(_parked.Dequeue().Request, next.Response, ErrorCode.None));
    }

    /// <summary>Gives up on answers whose records are not committed in time.</summary>
    public void OnTick(long nowMs, List<Final> final)
    {
        while (_parked.TryPeek(out var next) && next.DeadlineMs <= nowMs)
            final.Add(new Final(
                _parked.Dequeue().Request, null, CoordinatorErrors.ForAppendError(ErrorCode.RequestTimedOut)));
    }

    /// <summary>Fails everything: the shard is gone.</summary>
    public void FailAll(ErrorCode error, List<Final> final)
    {
        final.AddRange(_parked.Select(parked => new Final(parked.Request, null, error)));
        final.AddRange(_requests.OrderBy(entry => entry.Key).Select(entry => new Final(entry.Value, null, error)));
        _parked.Clear();
        _requests.Clear();
    }
}
