namespace Platform.Simulation;

/// <summary>A digest of everything that happened, in order: two runs of a seed must give the same.</summary>
public sealed class TraceHash
{
    private ulong _hash = 14695981039346656037;

    /// <summary>The digest so far.</summary>
    public ulong Value => _hash;

    /// <summary>Takes numbers in.</summary>
    public void Add(params ReadOnlySpan<long> values)
    {
        foreach (var value in values)
            _hash = (_hash ^ (ulong)value) * 1099511628211;
    }

    /// <summary>Takes bytes in.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
            _hash = (_hash ^ value) * 1099511628211;
    }
}
