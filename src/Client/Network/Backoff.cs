namespace Platform.Client.Network;

/// <summary>Waits that double from one failure to the next, up to a limit, less a little chance so that clients
/// spread.</summary>
internal sealed class Backoff(int initialMs, int maxMs)
{
    private const double Jitter = 0.2;
    private readonly Random _random = new();

    /// <summary>The wait after so many failures in a row, in ms.</summary>
    public int AfterFailures(int failures)
    {
        if (failures <= 0)
            return 0;
        var doubled = Math.Min(maxMs, initialMs * Math.Pow(2, Math.Min(failures - 1, 30)));
        lock (_random)
            return (int)(doubled * (1 - Jitter * _random.NextDouble()));
    }
}
