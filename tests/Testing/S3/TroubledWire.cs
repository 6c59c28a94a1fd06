using System.Net;
using System.Net.Sockets;

namespace Platform.Testing.S3;

/// <summary>A port on loopback that passes bytes on to another one, until a test lets it fail.</summary>
public sealed class TroubledWire : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly int _target;
    private readonly Task _accepting;

    /// <summary>A wire to a port of loopback.</summary>
    public TroubledWire(int target)
    {
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Where it listens.</summary>
    public Uri Endpoint => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>What happens to bytes on their way from the service: given their number on this connection so far, the
    /// task ends when they may pass, and is false when the connection breaks here.</summary>
    public Func<long, CancellationToken, Task<bool>> Down { get; set; } = Pass;

    /// <summary>The same for bytes on their way to the service.</summary>
    public Func<long, CancellationToken, Task<bool>> Up { get; set; } = Pass;

    /// <summary>Sees what goes up before it is passed on.</summary>
    public Action<ReadOnlyMemory<byte>> OnUp { get; set; } = static _ => { };

    /// <summary>Lets everything pass.</summary>
    public static Task<bool> Pass(long bytes, CancellationToken cancellation) => Task.FromResult(true);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var open = new List<Task>();
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                open.Add(ConnectAsync(client));
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(open);
        }
    }

    private async Task ConnectAsync(TcpClient client)
    {
        using var service = new TcpClient();
        using var _ = client;
        try
        {
            await service.ConnectAsync(IPAddress.Loopback, _target, _stop.Token);
            await Task.WhenAny(
                CopyAsync(client, service, (bytes, token) => Up(bytes, token), bytes => OnUp(bytes)),
                CopyAsync(service, client, (bytes, token) => Down(bytes, token), static _ => { }));
        }
        catch (Exception error) when (error is OperationCanceledException or IOException or SocketException)
        {
            return;     // nobody listens, or the test is over: both ends see a broken connection
        }
    }

    private async Task CopyAsync(TcpClient from, TcpClient to, Func<long, CancellationToken, Task<bool>> mayPass,
        Action<ReadOnlyMemory<byte>> onBytes)
    {
        var buffer = new byte[16 * 1024];
        var total = 0L;
        try
        {
            while (await from.GetStream().ReadAsync(buffer, _stop.Token) is > 0 and var count)
            {
                total += count;
                onBytes(buffer.AsMemory(0, count));
                if (!await mayPass(total, _stop.Token))
                    return;
                await to.GetStream().WriteAsync(buffer.AsMemory(0, count), _stop.Token);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or IOException or SocketException
            or InvalidOperationException)
        {
            return;     // one of the ends went away, and so does the other
        }
    }
}
