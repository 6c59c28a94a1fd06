using Platform.Cluster.Metadata;

namespace Platform.Broker.Metadata;

/// <summary>A part of the broker that follows the metadata. Publishers are called one after the other, in the order in
/// which they are listed, on the thread of the <see cref="MetadataLoader"/>.</summary>
internal interface IMetadataPublisher
{
    /// <summary>Takes the next image.</summary>
    /// <param name="delta">What changed since the last image.</param>
    /// <param name="image">The committed metadata from now on.</param>
    void Publish(MetadataDelta delta, MetadataImage image);
}
