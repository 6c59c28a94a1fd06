using System.Buffers.Binary;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Bench.Load;

/// <summary>Encodes a request with its header and length.</summary>
internal static class RequestFrame
{
    public static byte[] Encode(IRequest request, short version, int correlationId = 1)
    {
        using var writer = new ProtocolWriter();
        writer.WriteInt32(0);
        var header = new RequestHeader
        {
            RequestApiKey = (short)request.ApiKey,
            RequestApiVersion = version,
            CorrelationId = correlationId,
            ClientId = "load",
        };
        header.Write(writer, ApiKeys.Get(request.ApiKey).RequestHeaderVersion(version));
        request.Write(writer, version);
        BinaryPrimitives.WriteInt32BigEndian(writer.WrittenSpan, writer.Position - sizeof(int));
        return writer.Written.ToArray();
    }

    public static TResponse Decode<TResponse>(ReadOnlyMemory<byte> frame, short version)
        where TResponse : IResponse, new()
    {
        var response = new TResponse();
        var reader = new ProtocolReader(frame);
        new ResponseHeader().Read(ref reader, ApiKeys.Get(response.ApiKey).ResponseHeaderVersion(version));
        response.Read(ref reader, version);
        return response;
    }
}
