namespace Platform.Cluster.Metadata;

/// <summary>A record of the metadata log contradicts the records before it, or cannot be kept by
/// this version.</summary>
public sealed class InvalidMetadataException(string message) : Exception(message);
