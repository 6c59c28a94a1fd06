using Platform.Protocol;

namespace Platform.Client.Network;

/// <summary>
/// Frames on their way out, in order. Whoever finds the queue idle sends it, so that a lone request leaves without a
/// change of thread; what arrives meanwhile goes out together.
/// </summary>
internal sealed class SendQueue(IBrokerTransport transport, Action<Exception> onFailed) : IDisposable
{
    private const int CoalesceBytes = 64 * 1024;

    private readonly record struct Outgoing(ProtocolWriter Frame, TaskCompletionSource? Sent);

    private readonly Lock _lock = new();
    private readonly ProtocolWriter _together = new(CoalesceBytes);
    private Queue<Outgoing> _queue = new();
    private Queue<Outgoing> _sending = new();
    private bool _active;
    private bool _closed;

    /// <summary>Adds a frame; true when the caller must then call <see cref="PumpAsync"/>.</summary>
    public bool Add(ProtocolWriter frame, TaskCompletionSource? sent)
    {
        lock (_lock)
        {
            if (_closed)
                throw new KafkaException(ErrorCode.NetworkException, "the connection is closed");
            _queue.Enqueue(new Outgoing(frame, sent));
            return !_active && (_active = true);
        }
    }

    /// <summary>Sends until the queue is empty. Errors go to the connection, never to the caller.</summary>
    public async Task PumpAsync()
    {
        try
        {
            while (TakeQueued())
                while (_sending.Count > 0)
                    await SendNextAsync();
        }
        catch (Exception e)
        {
            onFailed(e);
            FailQueued(e);
        }
    }

    private bool TakeQueued()
    {
        lock (_lock)
        {
            (_queue, _sending) = (_sending, _queue);
            return _active = _sending.Count > 0;
        }
    }

    private async ValueTask SendNextAsync()
    {
        if (_sending.Count > 1 && _sending.Peek().Frame.Position < CoalesceBytes / 2)
        {
            await SendTogetherAsync();
            return;
        }
        var (frame, sent) = _sending.Dequeue();
        try
        {
            await transport.SendAsync(frame.Written);
        }
        catch (Exception e)
        {
            sent?.TrySetException(e);
            throw;
        }
        finally
        {
            frame.Dispose();
        }
        sent?.TrySetResult();
    }

    private async ValueTask SendTogetherAsync()
    {
        _together.Reset();
        List<TaskCompletionSource>? sent = null;
        while (_sending.TryPeek(out var next) && _together.Position + next.Frame.Position <= CoalesceBytes)
        {
            _together.WriteRaw(next.Frame.Written.Span);
            next.Frame.Dispose();
            if (next.Sent is not null)
                (sent ??= []).Add(next.Sent);
            _sending.Dequeue();
        }
        await transport.SendAsync(_together.Written);
        sent?.ForEach(one => one.TrySetResult());
    }

    private void FailQueued(Exception error)
    {
        lock (_lock)
        {
            _closed = true;
            foreach (var (frame, sent) in _queue.Concat(_sending))
            {
                frame.Dispose();
                sent?.TrySetException(error);
            }
            _queue.Clear();
            _sending.Clear();
        }
    }

    public void Dispose()
    {
        bool idle;
        lock (_lock)
        {
            _closed = true;
            idle = !_active;
        }
        if (idle)
            _together.Dispose();
    }
}
