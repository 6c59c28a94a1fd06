using System.Buffers.Binary;
using System.Text;
using Platform.Broker.Observability;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Network;

/// <summary>From a frame to an encoded response: header, version rules, handler, encoding. Knows nothing of sockets,
/// so that the simulator drives it with the same frames.</summary>
internal sealed class RequestDispatcher(ApiHandlerTable table, TimeProvider time, ClientQuotaManager? quotas = null)
{
    private const int HeaderPrefix = 8;

    /// <summary>Counts and times of the requests that were answered.</summary>
    public RequestMetrics Metrics { get; } = new(time);

    /// <summary>Answers one frame (without its length). The task's result is the response with its length in front,
    /// to be disposed after sending, or null when nothing is to be sent.</summary>
    /// <exception cref="ProtocolException">The frame is malformed; the connection must close.</exception>
    /// <exception cref="UnansweredRequestException">API or version is unknown, so that no answer can be encoded.</exception>
    public ValueTask<ProtocolWriter?> DispatchAsync(ReadOnlyMemory<byte> frame, ConnectionContext connection)
    {
        var received = Metrics.Now();
        var reader = new ProtocolReader(frame);
        if (frame.Length < HeaderPrefix)
            throw new ProtocolException($"a request of {frame.Length} bytes is shorter than its header");
        var apiKey = reader.ReadInt16();
        var version = reader.ReadInt16();
        var correlationId = reader.ReadInt32();
        var entry = table.Find(apiKey) ?? throw Unanswerable(apiKey, version);
        if (version < entry.LowestVersion || version > entry.HighestVersion)
            return entry.Info.Key == ApiKey.ApiVersions
                ? new(UnsupportedApiVersions(entry, correlationId))
                : throw Unanswerable(apiKey, version);
        var context = new RequestContext
        {
            ApiKey = entry.Info.Key,
            ApiVersion = version,
            CorrelationId = correlationId,
            ClientId = ReadClientId(ref reader, connection),
            Connection = connection,
            NowMs = time.GetUtcNow().ToUnixTimeMilliseconds(),
        };
        if (entry.Info.IsFlexible(version))
            reader.SkipTaggedFields();
        var pending = entry.InvokeAsync(ref reader, context);
        var handled = Metrics.Now();
        return pending.IsCompletedSuccessfully
            ? new(Finish(entry.Info, context, pending.Result, received, handled))
            : FinishLaterAsync(entry.Info, context, pending, received, handled);
    }

    private async ValueTask<ProtocolWriter?> FinishLaterAsync(
        ApiKeyInfo api, RequestContext context, ValueTask<IResponse?> pending, long received, long handled) =>
        Finish(api, context, await pending, received, handled);

    private ProtocolWriter? Finish(ApiKeyInfo api, RequestContext context, IResponse? response, long received, long handled)
    {
        if (response is not null)
            quotas?.RecordTime(context, time.GetElapsedTime(received, handled), response);
        var encoded = Encode(api, context, response);
        Metrics.Served(context, received, handled);
        return encoded;
    }

    private static ProtocolWriter? Encode(ApiKeyInfo api, RequestContext context, IResponse? response) =>
        response is null ? null : Encode(api.ResponseHeaderVersion(context.ApiVersion), context.CorrelationId, response, context.ApiVersion);

    private static ProtocolWriter Encode(short headerVersion, int correlationId, IResponse response, short version)
    {
        var writer = new ProtocolWriter();
        writer.WriteInt32(0);
        writer.WriteInt32(correlationId);
        if (headerVersion > 0)
            writer.WriteUnsignedVarint(0);
        response.Write(writer, version);
        BinaryPrimitives.WriteInt32BigEndian(writer.WrittenSpan, checked((int)(writer.TotalLength - sizeof(int))));
        return writer;
    }

    // KIP-511: the body may be of a shape that we cannot know, so that it stays unread; version 0 tells what we speak.
    private static ProtocolWriter UnsupportedApiVersions(ApiEntry entry, int correlationId)
    {
        var response = new ApiVersionsResponse { ErrorCode = ErrorCode.UnsupportedVersion };
        response.ApiKeys.Add(new ApiVersionsResponse.ApiVersion
        {
            ApiKey = (short)ApiKey.ApiVersions,
            MinVersion = entry.LowestVersion,
            MaxVersion = entry.HighestVersion,
        });
        return Encode(headerVersion: 0, correlationId, response, version: 0);
    }

    private static UnansweredRequestException Unanswerable(short apiKey, short version)
    {
        var name = ApiKeys.Find(apiKey)?.Key.ToString() ?? "unknown";
        return new($"API key {apiKey} ({name}) version {version} is not served here; ApiVersions tells what is");
    }

    // A connection sends the same client id with every request: compare bytes before making another string.
    private static string ReadClientId(ref ProtocolReader reader, ConnectionContext connection)
    {
        var length = reader.ReadInt16();
        if (length <= 0)
            return "";
        var bytes = reader.ReadRaw(length);
        if (bytes.SequenceEqual(connection.LastClientIdBytes))
            return connection.LastClientId;
        connection.LastClientIdBytes = bytes.ToArray();
        return connection.LastClientId = Encoding.UTF8.GetString(bytes);
    }
}
