using System.Net;
using Platform.Broker.Network;
using Platform.Client;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Quorum;

/// <summary>Wraps a request into an Envelope (KIP-590), header included, and unwraps its answer.</summary>
internal static class Envelopes
{
    /// <summary>The envelope around a request.</summary>
    /// <param name="request">What to forward.</param>
    /// <param name="version">Version that the controller shall read it in.</param>
    /// <param name="broker">Name of the broker that forwards.</param>
    /// <param name="client">Who asks; null for the broker itself.</param>
    public static EnvelopeRequest Wrap(IRequest request, short version, string broker, RequestContext? client)
    {
        var api = ApiKeys.Get(request.ApiKey);
        using var writer = new ProtocolWriter();
        new RequestHeader { RequestApiKey = (short)api.Key, RequestApiVersion = version, ClientId = client?.ClientId ?? broker }
            .Write(writer, api.RequestHeaderVersion(version));
        request.Write(writer, version);
        return new EnvelopeRequest
        {
            RequestData = writer.Written.ToArray(),
            RequestPrincipal = Principal(client?.Connection.Principal ?? ConnectionContext.Anonymous),
            ClientHostAddress = (IPAddress.TryParse(client?.ClientHost, out var host) ? host : IPAddress.Loopback).GetAddressBytes(),
        };
    }

    /// <summary>The answer within.</summary>
    /// <exception cref="KafkaException">The controller did not answer the request within.</exception>
    public static TResponse Unwrap<TResponse>(EnvelopeResponse envelope, ApiKey apiKey, short version)
        where TResponse : IResponse, new()
    {
        KafkaException.ThrowIfError(envelope.ErrorCode, $"forwarding {apiKey} to the active controller");
        var reader = new ProtocolReader(envelope.ResponseData ?? []);
        new ResponseHeader().Read(ref reader, ApiKeys.Get(apiKey).ResponseHeaderVersion(version));
        var response = new TResponse();
        response.Read(ref reader, version);
        return response;
    }

    // A version of two bytes, then the principal in that version.
    private static byte[] Principal(string principal)
    {
        var colon = principal.IndexOf(':', StringComparison.Ordinal);
        using var writer = new ProtocolWriter();
        writer.WriteInt16(0);
        new DefaultPrincipalData { Type = principal[..colon], Name = principal[(colon + 1)..] }.Write(writer, 0);
        return writer.Written.ToArray();
    }
}
