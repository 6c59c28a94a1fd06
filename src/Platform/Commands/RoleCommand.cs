using System.Net.Sockets;
using Platform.Broker.Hosting;
using Platform.Broker.Lifecycle;
using Platform.Cluster.Configuration;
using Platform.Storage;

namespace Platform.Commands;

/// <summary>Runs a server until it is asked to stop, and turns what may go wrong at the start into a sentence.</summary>
internal static class RoleCommand
{
    /// <summary>Exit code 0 after a stop that was asked for, 2 for wrong settings, 1 for everything else.</summary>
    public static async Task<int> RunAsync(Func<CancellationToken, Task> serve, CancellationToken cancellation)
    {
        try
        {
            using var collector = QuietCollector.OfThisProcess();
            await serve(cancellation);
            return ExitCodes.Clean;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return ExitCodes.Clean;
        }
        catch (Exception error) when (error is ConfigException or CommandException or FileNotFoundException or LogDirectoryException)
        {
            await Console.Error.WriteLineAsync($"error: {error.Message}");
            return ExitCodes.WrongUse;
        }
        catch (Exception error) when (error is BrokerStartException or IOException or SocketException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"error: {error.Message}");
            return ExitCodes.Failed;
        }
    }

    /// <summary>Waits for the stop that <paramref name="cancellation"/> asks for.</summary>
    public static Task UntilStopped(CancellationToken cancellation) =>
        Task.Delay(Timeout.Infinite, cancellation).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
}
