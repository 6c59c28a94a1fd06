namespace Platform.Dashboard.Monitoring;

/// <summary>Where the sampler asks.</summary>
internal interface IClusterSource
{
    /// <summary>Asks the cluster what round number <paramref name="round"/> is due to ask.</summary>
    /// <exception cref="Platform.Client.KafkaException">The cluster cannot be asked.</exception>
    Task<ClusterFacts> SampleAsync(long round, ClusterSnapshot? previous, CancellationToken cancellation);
}
