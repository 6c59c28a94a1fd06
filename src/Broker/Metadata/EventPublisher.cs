using Platform.Broker.Observability;
using Platform.Cluster.Diagnosis;
using Platform.Cluster.Metadata;

namespace Platform.Broker.Metadata;

/// <summary>Keeps what every change of the metadata means, in words.</summary>
internal sealed class EventPublisher(ClusterEventRing ring, TimeProvider time) : IMetadataPublisher
{
    /// <summary>Tells of a change. The first image of a node is the past, of which others have told.</summary>
    public void Publish(MetadataDelta delta, MetadataImage image)
    {
        if (delta.Image.Offset >= 0)
            ring.Add(MetadataExplainer.Explain(delta, image, time.GetUtcNow().ToUnixTimeMilliseconds()));
    }
}
