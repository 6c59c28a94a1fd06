using System.Buffers;
using System.IO.Pipelines;
using System.Net.WebSockets;
using System.Text;
using Platform.Api.Serialization;
using Platform.Client.Consuming;

namespace Platform.Api.RestProxy.V3.Consume;

/// <summary>Sends records as they come, as events, as lines of JSON or as messages of a WebSocket.</summary>
internal static class RecordStreaming
{
    private static readonly TimeSpan QuietTime = TimeSpan.FromSeconds(15);

    /// <summary>Runs until the client leaves.</summary>
    /// <param name="context">The request.</param>
    /// <param name="reader">Where the records come from.</param>
    /// <param name="query">How they are shown.</param>
    /// <param name="mediaType">The type of the stream; null for a WebSocket.</param>
    public static async Task RunAsync(HttpContext context, RecordReader reader, ConsumeQuery query, string? mediaType)
    {
        var serializer = context.RequestServices.GetRequiredService<SchemaSerializer>();
        try
        {
            if (mediaType is not null)
            {
                context.Response.ContentType = mediaType;
                context.Response.Headers.CacheControl = "no-store";
                await context.Response.StartAsync(context.RequestAborted);
                using var lines = new Lines(context.Response.BodyWriter, serializer, query, mediaType);
                await PumpAsync(reader, lines, context.RequestAborted);
                return;
            }
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            using var left = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
            var closing = WhenClosedAsync(socket, left);
            using var messages = new Messages(socket, serializer, query);
            await PumpAsync(reader, messages, left.Token);
            await closing;
        }
        catch (Exception error) when (error is OperationCanceledException or WebSocketException)
        {
            // The reader left.
            return;
        }
    }

    private static async Task PumpAsync(RecordReader reader, IRecordSink sink, CancellationToken cancellation)
    {
        await sink.FlushAsync(cancellation);
        while (true)
        {
            var polled = await reader.PollAsync(QuietTime, cancellation);
            foreach (var record in polled)
            {
                reader.Position.Advance(record.TopicPartition.Partition, record.Offset + 1);
                await sink.WriteAsync(record, reader.Position, cancellation);
            }
            if (polled.Count == 0)
                sink.WriteSignOfLife();
            await sink.FlushAsync(cancellation);
            await reader.DeliveredAsync(cancellation);
        }
    }

    // Nothing is expected from the client but that it closes.
    private static async Task WhenClosedAsync(WebSocket socket, CancellationTokenSource left)
    {
        var buffer = new byte[1024];
        try
        {
            while ((await socket.ReceiveAsync(buffer, left.Token)).MessageType != WebSocketMessageType.Close)
                continue;
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        }
        catch (Exception error) when (error is OperationCanceledException or WebSocketException)
        {
            // It is gone without a word.
            return;
        }
        finally
        {
            await left.CancelAsync();
        }
    }

    private interface IRecordSink : IDisposable
    {
        ValueTask WriteAsync(ConsumeResult record, PositionVector position, CancellationToken cancellation);

        /// <summary>A quiet stream says that it lives, so that proxies keep it open.</summary>
        void WriteSignOfLife();

        ValueTask FlushAsync(CancellationToken cancellation);
    }

    private sealed class Lines(PipeWriter output, SchemaSerializer serializer, ConsumeQuery query, string mediaType)
        : IRecordSink
    {
        private readonly bool _isEvents = mediaType == ConsumeEndpoints.EventStream;
        private readonly RecordWriter _writer = new(output, serializer, query.Keys, query.Values);

        public async ValueTask WriteAsync(
            ConsumeResult record, PositionVector position, CancellationToken cancellation)
        {
            if (_isEvents)
                output.Write(Encoding.ASCII.GetBytes($"id: {position}\ndata: "));
            _writer.Write(record);
            output.Write(_isEvents ? "\n\n"u8 : "\n"u8);
            if (output.UnflushedBytes > query.MaxBytes)
                await output.FlushAsync(cancellation);
        }

        // An empty line is no record.
        public void WriteSignOfLife() => output.Write(_isEvents ? ": still here\n\n"u8 : "\n"u8);

        public async ValueTask FlushAsync(CancellationToken cancellation) => await output.FlushAsync(cancellation);

        public void Dispose() => _writer.Dispose();
    }

    // A message is {"position":"0:7","record":{…}}; the position of the last one resumes.
    private sealed class Messages : IRecordSink
    {
        private readonly WebSocket _socket;
        private readonly ArrayBufferWriter<byte> _message = new();
        private readonly RecordWriter _writer;

        public Messages(WebSocket socket, SchemaSerializer serializer, ConsumeQuery query)
        {
            _socket = socket;
            _writer = new RecordWriter(_message, serializer, query.Keys, query.Values);
        }

        public async ValueTask WriteAsync(
            ConsumeResult record, PositionVector position, CancellationToken cancellation)
        {
            _message.ResetWrittenCount();
            _message.Write(Encoding.ASCII.GetBytes($"{{\"position\":\"{position}\",\"record\":"));
            _writer.Write(record);
            _message.Write("}"u8);
            await _socket.SendAsync(_message.WrittenMemory, WebSocketMessageType.Text, endOfMessage: true, cancellation);
        }

        public void WriteSignOfLife()
        {
            // WebSockets have signs of life of their own.
        }

        public ValueTask FlushAsync(CancellationToken cancellation) => ValueTask.CompletedTask;

        public void Dispose() => _writer.Dispose();
    }
}
