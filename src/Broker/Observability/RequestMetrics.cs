using System.Diagnostics.Metrics;
using Platform.Broker.Network;
using Platform.Client.Observability;
using Platform.Protocol.Messages;

namespace Platform.Broker.Observability;

/// <summary>How many requests of each API there were and how long they took, under the names that the JMX exporter gives
/// Kafka's RequestMetrics. A request costs four interlocked additions and no memory.</summary>
internal sealed class RequestMetrics(TimeProvider time)
{
    // By API key; fetches, which Kafka tells apart by who asks, behind the last key.
    private const int Consumers = 256;
    private const int Followers = 257;
    private readonly RequestTimes?[] _times = new RequestTimes?[Followers + 1];

    /// <summary>Begin of a request, or of the part of it that waits, for <see cref="Served"/>.</summary>
    public long Now() => time.GetTimestamp();

    /// <summary>A request was answered.</summary>
    /// <param name="request">The request.</param>
    /// <param name="received">When it had been received.</param>
    /// <param name="handled">When the handler returned: what came later was waiting, for replicas or for data.</param>
    public void Served(RequestContext request, long received, long handled)
    {
        var isFetch = request.ApiKey == ApiKey.Fetch;
        ref var slot = ref _times[isFetch ? request.IsFromFollower ? Followers : Consumers : (int)request.ApiKey];
        var times = Volatile.Read(ref slot) ?? Interlocked.CompareExchange(ref slot, new RequestTimes(time), null) ?? slot;
        times.Local.Record(time.GetElapsedTime(received, handled));
        times.Total.Record(time.GetElapsedTime(received));
    }

    /// <summary>Adds the series to a meter.</summary>
    public void AddTo(Meter meter, KeyValuePair<string, object?> broker)
    {
        meter.CreateObservableCounter("kafka_network_requestmetrics_requests_total",
            () => AllServed().Select(t => new Measurement<long>(t.Times.Total.Count, broker, new("request", t.Api))),
            description: "Requests answered.");
        AddSummary(meter, broker, "kafka_network_requestmetrics_totaltimems",
            "Milliseconds from a request's last byte to its encoded response.", times => times.Total);
        AddSummary(meter, broker, "kafka_network_requestmetrics_localtimems",
            "The part of it that the handler took, without waiting for replicas or data.", times => times.Local);
    }

    private void AddSummary(
        Meter meter, KeyValuePair<string, object?> broker, string name, string help, Func<RequestTimes, DurationSummary> part)
    {
        meter.CreateObservableGauge(name,
            () => from served in AllServed()
                  from quantile in part(served.Times).Quantiles()
                  select new Measurement<double>(
                      quantile.Milliseconds, broker, new("request", served.Api), new("quantile", quantile.Name)),
            unit: PrometheusExporter.SummaryUnit, description: help);
        meter.CreateObservableCounter(name + "_count",
            () => AllServed().Select(s => new Measurement<long>(part(s.Times).Count, broker, new("request", s.Api))),
            unit: PrometheusExporter.SummaryUnit, description: help);
    }

    private IEnumerable<(string Api, RequestTimes Times)> AllServed()
    {
        for (var key = 0; key < _times.Length; key++)
            if (Volatile.Read(ref _times[key]) is { } times)
                yield return (NameOf(key), times);
    }

    private static string NameOf(int slot) => slot switch
    {
        Consumers => "FetchConsumer",
        Followers => "FetchFollower",
        _ => ((ApiKey)slot).ToString(),
    };

    private sealed class RequestTimes(TimeProvider time)
    {
        public DurationSummary Total { get; } = new(time);
        public DurationSummary Local { get; } = new(time);
    }
}
