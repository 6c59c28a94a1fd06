namespace Platform.Api.RestProxy.V3.Records;

/// <summary>How long a stream of records may stay open.</summary>
/// <param name="Time">The clock.</param>
/// <param name="MaxDuration">Records that come later are refused (streaming.connection.max.duration.ms).</param>
/// <param name="GracePeriod">From the first refused record until the stream is closed
/// (streaming.connection.max.duration.grace.period.ms).</param>
internal sealed record StreamLimits(TimeProvider Time, TimeSpan MaxDuration, TimeSpan GracePeriod);
