using System.Threading.Channels;
using Platform.Protocol;

namespace Platform.Broker.Network;

/// <summary>Sends the responses of one connection in the order of its requests while their handlers overlap.
/// Bounded: a client that pipelines more requests is read more slowly.</summary>
internal sealed class ResponseQueue
{
    private readonly Channel<ValueTask<ProtocolWriter?>> _pending;
    private readonly Func<ProtocolWriter, ValueTask> _send;
    private readonly Task _sending;
    private int _unsent;

    public ResponseQueue(int maxInFlight, Func<ProtocolWriter, ValueTask> send)
    {
        _pending = Channel.CreateBounded<ValueTask<ProtocolWriter?>>(
            new BoundedChannelOptions(maxInFlight) { SingleReader = true, SingleWriter = true });
        _send = send;
        _sending = SendAllAsync();
    }

    /// <summary>True when every response so far has been sent, so that the next may be sent directly.</summary>
    public bool IsIdle => Volatile.Read(ref _unsent) == 0;

    /// <summary>Completes when the queue has stopped: after <see cref="Complete"/>, or with the error that sending met.</summary>
    public Task Completion => _sending;

    /// <summary>Adds a response that may still be in the making; waits while the queue is full.</summary>
    public ValueTask EnqueueAsync(ValueTask<ProtocolWriter?> response)
    {
        Interlocked.Increment(ref _unsent);
        return _pending.Writer.WriteAsync(response);
    }

    /// <summary>No more responses will come; those in the queue are still awaited, so that their buffers return.</summary>
    public void Complete() => _pending.Writer.TryComplete();

    private async Task SendAllAsync()
    {
        Exception? failure = null;
        await foreach (var pending in _pending.Reader.ReadAllAsync())
        {
            try
            {
                using var response = await pending;
                if (response is not null && failure is null)
                    await _send(response);
            }
            catch (Exception error)
            {
                // The rest is still awaited: handlers own frames that must not be given back under their feet.
                failure ??= error;
                _pending.Writer.TryComplete(error);
            }
            Interlocked.Decrement(ref _unsent);
        }
        if (failure is not null)
            throw failure;
    }
}
