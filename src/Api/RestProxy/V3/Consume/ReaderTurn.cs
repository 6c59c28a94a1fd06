using Platform.Api.Hosting;

namespace Platform.Api.RestProxy.V3.Consume;

/// <summary>The right to read without a group, of which there is a limited number; disposing it gives it back.</summary>
internal readonly struct ReaderTurn : IDisposable
{
    /// <summary>Reads at a time; each has a connection of its own to the brokers.</summary>
    public const int MaxReaders = 1_000;

    private static int _readers;

    /// <exception cref="ProblemException">429 when there are too many.</exception>
    public static ReaderTurn Take()
    {
        if (Interlocked.Increment(ref _readers) <= MaxReaders)
            return default;
        Interlocked.Decrement(ref _readers);
        throw new ProblemException(StatusCodes.Status429TooManyRequests,
            $"There are {MaxReaders} readers already; try again later.");
    }

    public void Dispose() => Interlocked.Decrement(ref _readers);
}
