using Platform.Protocol.Messages;

namespace Platform.Broker.Quorum;

/// <summary>The way to the other voters.</summary>
internal interface IRaftTransport
{
    /// <summary>Sends a request to a voter and returns at once.</summary>
    /// <param name="nodeId">The voter.</param>
    /// <param name="request">Vote, BeginQuorumEpoch, EndQuorumEpoch or Fetch.</param>
    /// <param name="onResponse">Called once, on any thread, with the response, or with null when there is none. Records
    /// of a fetch response must stay valid.</param>
    /// <param name="onRefused">Called instead when nobody listens where the voter did.</param>
    void Send(int nodeId, IRequest request, Action<IResponse?> onResponse, Action onRefused);
}

/// <summary>The transport of a lone voter, which has nobody to talk to.</summary>
internal sealed class NoRaftTransport : IRaftTransport
{
    /// <inheritdoc/>
    public void Send(int nodeId, IRequest request, Action<IResponse?> onResponse, Action onRefused) => onResponse(null);
}
