using System.Net;
using Platform.Broker.Network;
using Platform.Broker.Quorum;
using Platform.Client;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Apis.Quorum;

/// <summary>Envelope (key 58): a broker hands on what a client asked of it and only the active controller can do
/// (KIP-590).</summary>
/// <param name="forwarded">Serves the APIs that may be forwarded.</param>
/// <param name="quorum">Knows whether this node is the active controller.</param>
internal sealed class EnvelopeHandler(RequestDispatcher forwarded, ControllerLoop quorum)
    : IApiHandler<EnvelopeRequest, EnvelopeResponse>
{
    private const int FrameLength = sizeof(int);

    public async ValueTask<EnvelopeResponse?> HandleAsync(EnvelopeRequest request, RequestContext context)
    {
        if (!quorum.IsLeader)
            throw new KafkaException(ErrorCode.NotController);
        using var response = await forwarded.DispatchAsync(request.RequestData, ClientOf(request, context.Connection));
        return new EnvelopeResponse { ResponseData = response?.Written[FrameLength..].ToArray() };
    }

    public EnvelopeResponse? Fail(EnvelopeRequest request, ErrorCode error, string message) =>
        new() { ErrorCode = error };

    private static ConnectionContext ClientOf(EnvelopeRequest request, ConnectionContext broker) => new()
    {
        Id = broker.Id,
        ListenerName = broker.ListenerName,
        ClientHost = request.ClientHostAddress is { Length: 4 or 16 } address
            ? new IPAddress(address).ToString() : broker.ClientHost,
        IsController = true,
        IsForwarded = true,
        Principal = PrincipalOf(request.RequestPrincipal) ?? broker.Principal,
        Aborted = broker.Aborted,
    };

    // A version of two bytes, then the data in that version.
    private static string? PrincipalOf(byte[]? principal)
    {
        if (principal is not { Length: > sizeof(short) })
            return null;
        var reader = new ProtocolReader(principal);
        var data = new DefaultPrincipalData();
        data.Read(ref reader, reader.ReadInt16());
        return $"{data.Type}:{data.Name}";
    }
}
