using Platform.Cluster.Metadata;
using Platform.Protocol;

namespace Platform.Cluster.Controller;

/// <summary>Checks of requests that brokers send about themselves.</summary>
internal static class BrokerChecks
{
    /// <summary>Null when the broker is registered in that epoch.</summary>
    public static ErrorCode? Epoch(MetadataImage image, int brokerId, long epoch)
    {
        if (image.Cluster.Broker(brokerId) is not { } broker)
            return ErrorCode.BrokerIdNotRegistered;
        return broker.Epoch == epoch ? null : ErrorCode.StaleBrokerEpoch;
    }
}
