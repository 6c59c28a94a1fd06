using System.Diagnostics.Metrics;
using Platform.Broker.Quorum;

namespace Platform.Broker.Observability;

/// <summary>What operators' dashboards read of a controller, under the names that the JMX exporter gives Kafka's own
/// metrics. Everything is read when the page is asked for.</summary>
internal sealed class ControllerMetrics : IDisposable
{
    private readonly Meter _meter = new(BrokerMetrics.MeterName);
    private readonly KeyValuePair<string, object?> _broker;

    public ControllerMetrics(int nodeId, ControllerLoop quorum)
    {
        _broker = new("broker", nodeId);
        Gauge("kafka_controller_kafkacontroller_activecontrollercount", "1 on the active controller.",
            () => quorum.IsActive ? 1 : 0);
        Gauge("kafka_controller_kafkacontroller_activebrokercount", "Brokers in service, as this controller knows.",
            () => quorum.Image.Cluster.UnfencedBrokers.Count());
        Gauge("kafka_controller_kafkacontroller_fencedbrokercount", "Registered brokers that are out of service.",
            () => quorum.Image.Cluster.Brokers.Values.Count(broker => broker.Fenced));
        Gauge("kafka_controller_kafkacontroller_globaltopiccount", "Topics of the cluster.",
            () => quorum.Image.Topics.ByName.Count);
        Gauge("kafka_controller_kafkacontroller_lastappliedrecordoffset", "Last metadata record applied here.",
            () => quorum.Image.Offset);
        // Of clients whose requests this node decided on while it was active.
        var mutations = quorum.MutationQuotas.Counters;
        Counter("kafka_server_controllermutation_refused_total",
            "Creations and deletions refused because of controller_mutation_rate.", () => mutations.Refused);
        Counter("kafka_server_controllermutation_delayed_total",
            "Creations and deletions whose client was told to wait because of controller_mutation_rate.", () => mutations.Delayed);
        _meter.CreateObservableCounter("kafka_server_controllermutation_throttletime_seconds_total",
            () => new Measurement<double>(mutations.ThrottleMs / 1000.0, _broker),
            description: "How long clients were told to wait because of controller_mutation_rate, summed up.");
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private void Counter(string name, string help, Func<long> read) =>
        _meter.CreateObservableCounter(name, () => new Measurement<long>(read(), _broker), description: help);

    private void Gauge(string name, string help, Func<long> read) =>
        _meter.CreateObservableGauge(name, () => new Measurement<long>(read(), _broker), description: help);
}
