using System.Diagnostics.Metrics;
using Platform.Broker.Network;
using Platform.Broker.Observability;
using Platform.Broker.Tests.Coordination;
using Platform.Client.Observability;
using Platform.Protocol.Messages;

namespace Platform.Broker.Tests.Observability;

/// <summary>Times of requests by API, under the names that dashboards made for Kafka know.</summary>
public sealed class RequestMetricsTests : IDisposable
{
    private readonly CoordinatorClock _time = new();
    private readonly Meter _meter = new("Platform.RequestMetricsTests");
    private readonly PrometheusExporter _exporter = new();
    private readonly RequestMetrics _metrics;

    public RequestMetricsTests()
    {
        _metrics = new RequestMetrics(_time);
        _metrics.AddTo(_meter, new("broker", 7));
    }

    public void Dispose()
    {
        _exporter.Dispose();
        _meter.Dispose();
    }

    [Fact]
    public void A_summary_tells_count_and_quantiles_of_total_and_local_time()
    {
        for (var ms = 1; ms <= 100; ms++)
            Serve(ApiKey.Produce, localMs: 1, waitingMs: ms - 1);

        var page = _exporter.Render();

        Assert.Contains("kafka_network_requestmetrics_requests_total{broker=\"7\",request=\"Produce\"} 100\n", page);
        Assert.Contains("# TYPE kafka_network_requestmetrics_totaltimems summary\n", page);
        Assert.Contains("kafka_network_requestmetrics_totaltimems_count{broker=\"7\",request=\"Produce\"} 100\n", page);
        Assert.InRange(Quantile(page, "totaltimems", "Produce", "0.50"), 50, 50 * 1.125);
        Assert.InRange(Quantile(page, "totaltimems", "Produce", "0.99"), 99, 99 * 1.125);
        Assert.InRange(Quantile(page, "localtimems", "Produce", "0.999"), 1, 1.125);
    }

    [Fact]
    public void Fetches_of_consumers_and_of_followers_are_told_apart()
    {
        Serve(ApiKey.Fetch, 1, 0);
        Serve(ApiKey.Fetch, 8, 0, isFromFollower: true);

        var page = _exporter.Render();

        Assert.InRange(Quantile(page, "totaltimems", "FetchConsumer", "0.99"), 1, 1.125);
        Assert.InRange(Quantile(page, "totaltimems", "FetchFollower", "0.99"), 8, 9);
    }

    [Fact]
    public void Quantiles_forget_what_is_older_than_two_minutes_and_counts_do_not()
    {
        Serve(ApiKey.Metadata, 5000, 0);
        _ = _exporter.Render();
        for (var minute = 0; minute < 2; minute++)
        {
            _time.Advance(61_000);
            _ = _exporter.Render();
        }
        Serve(ApiKey.Metadata, 1, 0);

        var page = _exporter.Render();

        Assert.InRange(Quantile(page, "totaltimems", "Metadata", "0.999"), 1, 1.125);
        Assert.Contains("kafka_network_requestmetrics_totaltimems_count{broker=\"7\",request=\"Metadata\"} 2\n", page);
    }

    [Fact]
    public void Recording_allocates_nothing()
    {
        var request = Request(ApiKey.Produce);
        _metrics.Served(request, _metrics.Now(), _metrics.Now());

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            _metrics.Served(request, _metrics.Now(), _metrics.Now());

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1000);
    }

    private void Serve(ApiKey api, int localMs, int waitingMs, bool isFromFollower = false)
    {
        var received = _metrics.Now();
        _time.Advance(localMs);
        var handled = _metrics.Now();
        _time.Advance(waitingMs);
        var request = Request(api);
        request.IsFromFollower = isFromFollower;
        _metrics.Served(request, received, handled);
    }

    private static RequestContext Request(ApiKey api) => new()
    {
        ApiKey = api,
        ApiVersion = 0,
        CorrelationId = 1,
        ClientId = "",
        Connection = new ConnectionContext { Id = 1, ListenerName = "PLAINTEXT", ClientHost = "127.0.0.1" },
        NowMs = 0,
    };

    private static double Quantile(string page, string part, string request, string quantile)
    {
        var series = $"kafka_network_requestmetrics_{part}{{broker=\"7\",request=\"{request}\",quantile=\"{quantile}\"}} ";
        var line = page.Split('\n').Single(l => l.StartsWith(series, StringComparison.Ordinal));
        return double.Parse(line[series.Length..], System.Globalization.CultureInfo.InvariantCulture);
    }
}
