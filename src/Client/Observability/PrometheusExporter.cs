using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Platform.Client.Observability;

/// <summary>
/// Renders every instrument of meters whose name begins with <c>Platform.</c> in Prometheus' text format. Instruments
/// carry the exposed name; observable ones are read when the page is asked for, others are summed up as they happen.
/// </summary>
public sealed class PrometheusExporter : IDisposable
{
    /// <summary>Media type of the text.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>Most series of one instrument; further label sets are dropped, so that labels cannot fill the
    /// memory.</summary>
    public const int MaxSeriesPerInstrument = 100_000;

    /// <summary>Unit of observable instruments that are a summary: one of the summary's name, whose tags say
    /// <c>quantile</c>, and one of its name with <c>_count</c>.</summary>
    public const string SummaryUnit = "{summary}";

    private const string MeterPrefix = "Platform.";
    private readonly ConcurrentDictionary<string, MetricFamily> _families = new(StringComparer.Ordinal);
    private readonly MeterListener _listener = new();
    private readonly Lock _rendering = new();

    /// <summary>Begins to listen to all present and future meters.</summary>
    public PrometheusExporter()
    {
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name.StartsWith(MeterPrefix, StringComparison.Ordinal))
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Record(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Record(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Record(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>The page, with families in the order of their names.</summary>
    public string Render()
    {
        lock (_rendering)
        {
            foreach (var family in _families.Values)
                family.ForgetObserved();
            _listener.RecordObservableInstruments();
            var text = new StringBuilder();
            foreach (var family in _families.Values.OrderBy(static f => f.Name, StringComparer.Ordinal))
                family.Render(text);
            return text.ToString();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    private void Record(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var family = _families.GetOrAdd(instrument.Name, static (_, i) => MetricFamily.For(i), instrument);
        family.Record(Labels(tags), value, instrument.IsObservable);
    }

    private static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.Length == 0)
            return "";
        var text = new StringBuilder();
        foreach (var (key, value) in tags)
        {
            text.Append(text.Length == 0 ? "" : ",").Append(key).Append("=\"");
            Escape(text, Convert.ToString(value, CultureInfo.InvariantCulture) ?? "");
            text.Append('"');
        }
        return text.ToString();
    }

    private static void Escape(StringBuilder text, string value)
    {
        foreach (var c in value)
            text.Append(c switch { '\\' => "\\\\", '"' => "\\\"", '\n' => "\\n", _ => c.ToString() });
    }
}
