using System.Net.Sockets;

namespace Platform.Bench.Limit;

/// <summary>Answers the frames of one connection, one after the other.</summary>
internal interface IBareService
{
    /// <summary>Answers <paramref name="frame"/> on <paramref name="socket"/>.</summary>
    ValueTask AnswerAsync(Socket socket, Memory<byte> frame);
}

/// <summary>The loop of one connection: receive, answer, again.</summary>
internal sealed class BareConnection(Socket socket, IBareService service)
{
    public async Task ServeAsync()
    {
        var receiver = new FrameReceiver(socket);
        try
        {
            while (await receiver.ReceiveAsync().ConfigureAwait(false) is { } frame)
                await service.AnswerAsync(socket, frame).ConfigureAwait(false);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // The client went away, which ends a measurement.
            socket.Close();
        }
        catch (Exception wrong)
        {
            Console.Error.WriteLine($"connection closed: {wrong.Message}");
        }
        socket.Dispose();
    }
}
