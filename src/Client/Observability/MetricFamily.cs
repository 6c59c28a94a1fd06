using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Platform.Client.Observability;

/// <summary>One instrument with the values of all its label sets.</summary>
internal sealed class MetricFamily(string name, string type, string help, double[] bounds)
{
    // Seconds, from a quarter of a millisecond to ten seconds: what requests take.
    private static readonly double[] DefaultBounds =
        [0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private readonly ConcurrentDictionary<string, Series> _series = new(StringComparer.Ordinal);

    public string Name { get; } = name;

    public static MetricFamily For(Instrument instrument)
    {
        var kind = instrument.GetType().Name;
        var type = instrument.Unit == PrometheusExporter.SummaryUnit ? "summary"
            : kind.StartsWith("Histogram", StringComparison.Ordinal) ? "histogram"
            : kind.Contains("Gauge", StringComparison.Ordinal) || kind.Contains("UpDown", StringComparison.Ordinal)
                ? "gauge"
            : "counter";
        var advised = (instrument as Histogram<double>)?.Advice?.HistogramBucketBoundaries;
        return new MetricFamily(instrument.Name, type, instrument.Description ?? instrument.Name, advised?.ToArray()
            ?? DefaultBounds);
    }

    /// <summary>Observed values are read anew each time: a topic that is gone must not keep its last one.</summary>
    public void ForgetObserved()
    {
        foreach (var (labels, series) in _series)
            if (series.IsObserved)
                _series.TryRemove(labels, out _);
    }

    public void Record(string labels, double value, bool observed)
    {
        if (!_series.TryGetValue(labels, out var series))
        {
            if (_series.Count >= PrometheusExporter.MaxSeriesPerInstrument)
                return;
            series = _series.GetOrAdd(labels, static (_, arg) => new Series(arg.Bounds, arg.Observed),
                (Bounds: type == "histogram" ? bounds : [], Observed: observed));
        }
        series.Record(value, replace: observed || type == "gauge");
    }

    public void Render(StringBuilder text)
    {
        if (_series.IsEmpty)
            return;
        // The count of a summary stands behind it, as its name does, and belongs to the same family.
        if (type != "summary" || !Name.EndsWith("_count", StringComparison.Ordinal))
            RenderHead(text);
        foreach (var (labels, series) in _series.OrderBy(static s => s.Key, StringComparer.Ordinal))
            if (type == "histogram")
                series.RenderHistogram(text, Name, labels);
            else
                Series.Line(text, Name, labels, series.Value);
    }

    private void RenderHead(StringBuilder text)
    {
        text.Append("# HELP ").Append(Name).Append(' ').Append(help.Replace("\\", "\\\\", StringComparison.Ordinal))
            .Append('\n');
        text.Append("# TYPE ").Append(Name).Append(' ').Append(type).Append('\n');
    }

    private sealed class Series(double[] bounds, bool observed)
    {
        private readonly Lock _lock = new();
        private readonly long[] _buckets = new long[bounds.Length + 1];
        private long _count;
        private double _value;

        public bool IsObserved => observed;

        public double Value
        {
            get
            {
                lock (_lock)
                    return _value;
            }
        }

        public void Record(double value, bool replace)
        {
            lock (_lock)
            {
                _value = replace ? value : _value + value;
                _count++;
                var bucket = Array.BinarySearch(bounds, value);
                _buckets[bucket < 0 ? ~bucket : bucket]++;
            }
        }

        public void RenderHistogram(StringBuilder text, string name, string labels)
        {
            lock (_lock)
            {
                long below = 0;
                var separator = labels.Length == 0 ? "" : ",";
                for (var i = 0; i < bounds.Length; i++)
                {
                    below += _buckets[i];
                    Line(text, name + "_bucket", $"{labels}{separator}le=\"{Number(bounds[i])}\"", below);
                }
                Line(text, name + "_bucket", $"{labels}{separator}le=\"+Inf\"", _count);
                Line(text, name + "_sum", labels, _value);
                Line(text, name + "_count", labels, _count);
            }
        }

        public static void Line(StringBuilder text, string name, string labels, double value)
        {
            text.Append(name);
            if (labels.Length > 0)
                text.Append('{').Append(labels).Append('}');
            text.Append(' ').Append(Number(value)).Append('\n');
        }

        private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
    }
}
