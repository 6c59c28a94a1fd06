namespace Platform.Broker.Lifecycle;

/// <summary>Holds background work to a rate by blocking its threads, all together, and ends it when it shall stop.
/// Thread-safe.</summary>
internal sealed class PacedIo(TimeProvider time, CancellationToken stop)
{
    private static readonly TimeSpan WaitMax = TimeSpan.FromDays(1);
    private readonly RateLimit _rate = new();
    private double _bytesPerSecond = double.MaxValue;

    /// <summary>The limit, which may change at any time; 0 and the largest number are none.</summary>
    public double BytesPerSecond
    {
        get => Volatile.Read(ref _bytesPerSecond);
        set => Volatile.Write(ref _bytesPerSecond, value);
    }

    /// <summary>Bytes were read or written.</summary>
    /// <exception cref="OperationCanceledException">The work shall stop.</exception>
    public void Take(int bytes)
    {
        stop.ThrowIfCancellationRequested();
        var limit = BytesPerSecond;
        if (limit is <= 0 or >= double.MaxValue)
            return;
        double seconds;
        lock (_rate)
            seconds = _rate.Take(bytes, limit, time.GetTimestamp() / (double)time.TimestampFrequency);
        if (seconds > 0)
            stop.WaitHandle.WaitOne(TimeSpan.FromSeconds(Math.Min(seconds, WaitMax.TotalSeconds)));
    }
}
