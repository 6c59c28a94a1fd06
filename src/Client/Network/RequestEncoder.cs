using System.Buffers.Binary;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Client.Network;

/// <summary>Turns a request into a frame. The correlation id is filled in when its place in the queue is
/// known.</summary>
internal static class RequestEncoder
{
    private const int MinBufferBytes = 512;
    private const int SizeBytes = 4;
    private const int CorrelationIdPosition = SizeBytes + 2 + 2;

    public static ProtocolWriter Encode(IRequest request, ApiKeyInfo api, short version, string clientId, int sizeHint)
    {
        var writer = new ProtocolWriter(Math.Max(MinBufferBytes, sizeHint));
        try
        {
            writer.WriteInt32(0);
            var header = new RequestHeader
            {
                RequestApiKey = (short)api.Key,
                RequestApiVersion = version,
                ClientId = clientId,
            };
            header.Write(writer, api.RequestHeaderVersion(version));
            request.Write(writer, version);
            BinaryPrimitives.WriteInt32BigEndian(writer.WrittenSpan, checked((int)writer.TotalLength - SizeBytes));
            return writer;
        }
        catch
        {
            writer.Dispose();
            throw;
        }
    }

    public static void SetCorrelationId(ProtocolWriter frame, int correlationId) =>
        BinaryPrimitives.WriteInt32BigEndian(frame.WrittenSpan[CorrelationIdPosition..], correlationId);
}
