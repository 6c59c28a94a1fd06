using Platform.Protocol;

namespace Platform.Broker.Coordination;

/// <summary>Hands out producer ids from a block that the controller reserved for this broker; a new block is asked
/// for when the last id is gone.</summary>
internal sealed class ProducerIdManager(Func<ValueTask<ProducerIdBlock>> allocateBlock)
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private ProducerIdBlock _block = new(0, 0);
    private int _used;

    /// <summary>An id that no other producer of this cluster has.</summary>
    /// <exception cref="Client.KafkaException">The controller gave no block.</exception>
    public async ValueTask<long> NextAsync()
    {
        await _gate.WaitAsync();
        try
        {
            if (_used >= _block.Length)
            {
                _block = await allocateBlock();
                _used = 0;
            }
            return _block.First + _used++;
        }
        finally
        {
            _gate.Release();
        }
    }
}

/// <summary>Producer ids from <paramref name="First"/> on.</summary>
internal readonly record struct ProducerIdBlock(long First, int Length);
