using System.Net.Sockets;

namespace Platform.Bench.Load;

/// <summary>Opens many connections, lets each ask once, and looks at the server's memory while they are idle.</summary>
internal sealed class IdleRun(LoadPlan plan)
{
    private const int SettleMs = 3000;

    public async Task<LoadResult> RunAsync()
    {
        if (plan.Pid == 0)
            throw new ArgumentException("idle needs --pid, the process whose memory is measured");
        var sockets = new List<Socket>(plan.Connections);
        await OpenAsync(sockets, 1);
        await Task.Delay(SettleMs);
        var before = ProcessUsage.ResidentBytes(plan.Pid);
        await OpenAsync(sockets, plan.Connections);
        await Task.Delay(SettleMs);
        var after = ProcessUsage.ResidentBytes(plan.Pid);
        foreach (var socket in sockets)
            socket.Dispose();
        return new LoadResult
        {
            Mode = plan.Mode,
            RssBytesPerConnection = (after - before) / (double)plan.Connections,
            RssMegabytes = after / 1e6,
        };
    }

    private async Task OpenAsync(List<Socket> sockets, int count)
    {
        for (; count > 0; count--)
        {
            var socket = await LoadRun.ConnectAsync(plan.Server);
            sockets.Add(socket);
            await socket.SendAsync(new SmallConnection().NextRequest());
            await new FrameReceiver(socket).ReceiveAsync();
        }
    }
}
