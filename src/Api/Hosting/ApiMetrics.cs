using System.Diagnostics.Metrics;

namespace Platform.Api.Hosting;

/// <summary>
/// What an operator watches about HTTP: how long requests take, and which fail. Labelled by surface only.
/// </summary>
internal sealed class ApiMetrics : IDisposable
{
    public const string MeterName = "Platform.Api";

    private readonly Meter _meter = new(MeterName);
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _errors;

    public ApiMetrics()
    {
        _duration = _meter.CreateHistogram<double>(
            "platform_api_request_duration_seconds", "s", "Time from the request's headers to the end of its answer.");
        _errors = _meter.CreateCounter<long>(
            "platform_api_errors_total", "{request}", "Requests answered with a status of 400 or above.");
    }

    /// <summary>A request was answered.</summary>
    public void Answered(Surface surface, int status, TimeSpan duration)
    {
        var label = new KeyValuePair<string, object?>("surface", NameOf(surface));
        if (_duration.Enabled)
            _duration.Record(duration.TotalSeconds, label);
        if (status >= StatusCodes.Status400BadRequest)
            _errors.Add(1, label, new KeyValuePair<string, object?>("status", status));
    }

    public void Dispose() => _meter.Dispose();

    private static string NameOf(Surface surface) => surface switch
    {
        Surface.Registry => "registry",
        Surface.RestV2 => "rest_v2",
        _ => "rest_v3",
    };
}
