using Platform.Protocol.Messages;

namespace Platform.Broker.Network;

/// <summary>Tells clients to wait, in the answers that they ask for again and again. Others find out by not being listened to
/// for as long (KIP-219).</summary>
internal static class ThrottledResponses
{
    /// <summary>Puts the time into the answer, unless a longer one is there.</summary>
    public static void Tell(IResponse response, int waitMs)
    {
        switch (response)
        {
            case ProduceResponse produced:
                produced.ThrottleTimeMs = Math.Max(produced.ThrottleTimeMs, waitMs);
                break;
            case FetchResponse fetched:
                fetched.ThrottleTimeMs = Math.Max(fetched.ThrottleTimeMs, waitMs);
                break;
            case MetadataResponse metadata:
                metadata.ThrottleTimeMs = Math.Max(metadata.ThrottleTimeMs, waitMs);
                break;
            case ListOffsetsResponse offsets:
                offsets.ThrottleTimeMs = Math.Max(offsets.ThrottleTimeMs, waitMs);
                break;
            case OffsetCommitResponse committed:
                committed.ThrottleTimeMs = Math.Max(committed.ThrottleTimeMs, waitMs);
                break;
            case OffsetFetchResponse offsets:
                offsets.ThrottleTimeMs = Math.Max(offsets.ThrottleTimeMs, waitMs);
                break;
            case FindCoordinatorResponse found:
                found.ThrottleTimeMs = Math.Max(found.ThrottleTimeMs, waitMs);
                break;
            case HeartbeatResponse heartbeat:
                heartbeat.ThrottleTimeMs = Math.Max(heartbeat.ThrottleTimeMs, waitMs);
                break;
            case InitProducerIdResponse initialised:
                initialised.ThrottleTimeMs = Math.Max(initialised.ThrottleTimeMs, waitMs);
                break;
            case EndTxnResponse ended:
                ended.ThrottleTimeMs = Math.Max(ended.ThrottleTimeMs, waitMs);
                break;
        }
    }
}
