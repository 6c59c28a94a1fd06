using System.Diagnostics.Metrics;
using Platform.Broker.Security;

namespace Platform.Broker.Observability;

/// <summary>What a node's authorizer has decided, after Kafka's group <c>authorizer-metrics</c>. Of requests to each node:
/// what a broker refuses never comes to a controller.</summary>
internal sealed class SecurityMetrics : IDisposable
{
    private readonly Meter _meter = new(BrokerMetrics.MeterName);
    private readonly KeyValuePair<string, object?> _broker;

    public SecurityMetrics(int nodeId, Authorizer authorizer, Func<int> rules)
    {
        _broker = new("broker", nodeId);
        Counter("kafka_server_authorizer_metrics_authorization_allowed_total", "Times that access was allowed.",
            () => authorizer.Allowed);
        Counter("kafka_server_authorizer_metrics_authorization_denied_total", "Times that access was refused.",
            () => authorizer.Denied);
        _meter.CreateObservableGauge("kafka_server_authorizer_metrics_acls",
            () => new Measurement<long>(rules(), _broker), description: "Access rules of the cluster.");
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private void Counter(string name, string help, Func<long> read) =>
        _meter.CreateObservableCounter(name, () => new Measurement<long>(read(), _broker), description: help);
}
