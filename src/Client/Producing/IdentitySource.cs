using Platform.Client.Network;
using Platform.Protocol.Messages;

namespace Platform.Client.Producing;

/// <summary>Gets producer ids for idempotence: one at the start, and another for each partition that lost its
/// sequence.</summary>
internal sealed class IdentitySource(KafkaCluster cluster, Action onDone)
{
    private readonly Lock _lock = new();
    private ProducerIdentity? _current;
    private KafkaException? _failure;
    private bool _running;

    /// <summary>The id for new sequences, or null while it is asked for.</summary>
    public ProducerIdentity? Current => Volatile.Read(ref _current);

    /// <summary>Why no id can be had, once; after that it is asked for again.</summary>
    public KafkaException? FailureOf(bool isIdempotent) =>
        isIdempotent ? Interlocked.Exchange(ref _failure, null) : null;

    /// <summary>Forgets the id, when it is still the one whose sequence was lost.</summary>
    public void Replace(ProducerIdentity? lost) => Interlocked.CompareExchange(ref _current, null, lost);

    /// <summary>Asks for an id in the background, unless that is under way.</summary>
    public void Request()
    {
        lock (_lock)
        {
            if (_running || _current is not null)
                return;
            _running = true;
        }
        _ = AcquireAsync();
    }

    private async Task AcquireAsync()
    {
        await Task.Yield();
        try
        {
            var request = new InitProducerIdRequest { TransactionalId = null, TransactionTimeoutMs = int.MaxValue };
            var response = await cluster.RetryAsync(async token =>
            {
                var answer = await cluster.SendAsync(request, Destination.Any, default, token);
                KafkaException.ThrowIfError(answer.ErrorCode, "InitProducerId");
                return answer;
            }, CancellationToken.None);
            Volatile.Write(ref _current, new ProducerIdentity(response.ProducerId, response.ProducerEpoch));
        }
        catch (KafkaException e)
        {
            // Batches outlive a broker that is away for long: only a refusal fails them before their own time is up.
            Volatile.Write(ref _failure, e.IsRetriable ? null : e);
        }
        catch (OperationCanceledException e)
        {
            Volatile.Write(ref _failure,
                new KafkaException(Protocol.ErrorCode.NetworkException, "the client was closed", e));
        }
        lock (_lock)
            _running = false;
        onDone();
    }
}
