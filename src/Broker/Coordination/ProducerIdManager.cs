namespace Platform.Broker.Coordination;

/// <summary>Hands out producer ids from a block that the controller reserved for this broker; a new block is asked
/// for when the last id is gone.</summary>
internal sealed class ProducerIdManager(Func<ValueTask<ProducerIdBlock>> allocateBlock)
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly Lock _lock = new();
    private ProducerIdBlock _block = new(0, 0);
    private int _used;

    /// <summary>An id that no other producer of this cluster has; null while the block is used up.</summary>
    public long? TryNext()
    {
        lock (_lock)
            return _used < _block.Length ? _block.First + _used++ : null;
    }

    /// <summary>An id that no other producer of this cluster has.</summary>
    /// <exception cref="Client.KafkaException">The controller gave no block.</exception>
    public async ValueTask<long> NextAsync()
    {
        while (true)
        {
            if (TryNext() is { } producerId)
                return producerId;
            await EnsureAvailableAsync();
        }
    }

    /// <summary>Asks for a new block when the last one is used up.</summary>
    /// <exception cref="Client.KafkaException">The controller gave no block.</exception>
    public async ValueTask EnsureAvailableAsync()
    {
        if (HasIds())
            return;
        await _gate.WaitAsync();
        try
        {
            if (HasIds())
                return;
            var block = await allocateBlock();
            lock (_lock)
                (_block, _used) = (block, 0);
        }
        finally
        {
            _gate.Release();
        }
    }

    private bool HasIds()
    {
        lock (_lock)
            return _used < _block.Length;
    }
}

/// <summary>Producer ids from <paramref name="First"/> on.</summary>
internal readonly record struct ProducerIdBlock(long First, int Length);
