using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Platform.Dashboard.Monitoring;

/// <summary>
/// Reads a few counters of brokers that run in this very process, as <c>platform dev</c> has them. The Kafka protocol
/// does not tell bytes and requests; of brokers elsewhere they stay unknown.
/// </summary>
internal sealed class BrokerMeters : IDisposable
{
    private const string MeterPrefix = "Platform.Broker";
    private const string BytesIn = "kafka_server_brokertopicmetrics_bytesin_total";
    private const string BytesOut = "kafka_server_brokertopicmetrics_bytesout_total";
    private const string ProduceRequests = "kafka_server_brokertopicmetrics_totalproducerequests_total";
    private const string FetchRequests = "kafka_server_brokertopicmetrics_totalfetchrequests_total";

    private readonly ConcurrentDictionary<string, double> _counted = new(StringComparer.Ordinal);
    private readonly Dictionary<string, double> _observed = new(StringComparer.Ordinal);
    private readonly MeterListener _listener = new();
    private volatile bool _any;

    public BrokerMeters()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (!instrument.Meter.Name.StartsWith(MeterPrefix, StringComparison.Ordinal)
                || instrument.Name is not (BytesIn or BytesOut or ProduceRequests or FetchRequests))
                return;
            _any = true;
            listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => Record(instrument, value));
        _listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => Record(instrument, value));
        _listener.Start();
    }

    /// <summary>The counters now; null when no broker of this process counts.</summary>
    public BrokerCounters? Read()
    {
        if (!_any)
            return null;
        lock (_observed)
        {
            _observed.Clear();
            _listener.RecordObservableInstruments();
            return new BrokerCounters(Sum(BytesIn), Sum(BytesOut), Sum(ProduceRequests) + Sum(FetchRequests));
        }
    }

    public void Dispose() => _listener.Dispose();

    private double Sum(string name) => _counted.GetValueOrDefault(name) + _observed.GetValueOrDefault(name);

    private void Record(Instrument instrument, double value)
    {
        if (instrument.IsObservable)
            _observed[instrument.Name] = _observed.GetValueOrDefault(instrument.Name) + value;
        else
            _counted.AddOrUpdate(instrument.Name, value, (_, sum) => sum + value);
    }
}
