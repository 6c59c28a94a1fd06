using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Platform.Bench;
using Platform.Bench.Limit;

// limit echo [--port 0]                               sends every frame back
// limit server [--port 0] [--data-dir DIR] [--topic bench] [--partitions 8] [--segment-mb 256]
//                                                     bare produce and fetch: what no broker can beat
var mode = args.FirstOrDefault() ?? "help";
if (mode is not ("echo" or "server"))
{
    Console.Error.WriteLine("usage: limit echo|server [--port 0] [--data-dir DIR] [--topic bench] [--partitions 8] [--segment-mb 256]");
    return 2;
}

var options = new Arguments(args.AsSpan(1));
var port = options.Number("port", 0);
var folder = options.Text("data-dir", "");
var topic = options.Text("topic", "bench");
var partitions = options.Number("partitions", 8);
var segmentBytes = options.Number("segment-mb", 256) * 1_000_000L;
options.EnsureAllKnown();

using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
listener.Listen(4096);
var bound = ((IPEndPoint)listener.LocalEndPoint!).Port;
using var log = mode == "server" ? new BareLog(folder, topic, partitions, segmentBytes) : null;
Console.WriteLine($"listening on 127.0.0.1:{bound} pid {Environment.ProcessId}");

// .NET 10 leaves both signals to the program.
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
while (true)
{
    var socket = await listener.AcceptAsync();
    socket.NoDelay = true;
    var connection = new BareConnection(socket, log is null ? new EchoService() : new KafkaService(log, bound));
    _ = connection.ServeAsync();
}

void Stop(PosixSignalContext signal)
{
    log?.Dispose();
    Environment.Exit(0);
}
