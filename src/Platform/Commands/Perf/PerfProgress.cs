using System.Diagnostics;

namespace Platform.Commands.Perf;

/// <summary>Prints a line a second while a measurement runs, and its result at the end.</summary>
internal sealed class PerfProgress : IDisposable
{
    private const double MB = 1_000_000;
    private readonly Output _output;
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly Timer _timer;
    private readonly LatencyHistogram? _latencies;
    private long _records;
    private long _bytes;
    private long _lastRecords;
    private long _lastBytes;

    public PerfProgress(Output output, LatencyHistogram? latencies)
    {
        _output = output;
        _latencies = latencies;
        _timer = new Timer(_ => PrintSecond(), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
    }

    /// <summary>Adds to what was done.</summary>
    public void Add(long records, long bytes)
    {
        Interlocked.Add(ref _records, records);
        Interlocked.Add(ref _bytes, bytes);
    }

    /// <summary>Prints the result.</summary>
    public void Finish(string what)
    {
        _timer.Change(Timeout.Infinite, Timeout.Infinite);
        var seconds = _watch.Elapsed.TotalSeconds;
        var result = new
        {
            Test = what,
            Records = _records,
            Seconds = Math.Round(seconds, 3),
            RecordsPerSecond = Math.Round(_records / seconds),
            MegabytesPerSecond = Math.Round(_bytes / seconds / MB, 2),
            LatencyMs = _latencies?.Summary(),
        };
        _output.Done(
            $"{what}: {_records:n0} records in {seconds:n2} s, {_records / seconds:n0} records/s, "
            + $"{_bytes / seconds / MB:n1} MB/s{Latencies()}", result);
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private void PrintSecond()
    {
        var (records, bytes) = (Interlocked.Read(ref _records), Interlocked.Read(ref _bytes));
        // Progress goes to standard error, so that --json leaves one document on standard output.
        Console.Error.WriteLine(
            $"{_watch.Elapsed.TotalSeconds,6:n0} s  {records - _lastRecords,12:n0} records/s  "
            + $"{(bytes - _lastBytes) / MB,10:n1} MB/s{Latencies()}");
        (_lastRecords, _lastBytes) = (records, bytes);
    }

    private string Latencies() => _latencies is not { Count: > 0 } histogram ? ""
        : $", latency ms p50 {histogram.PercentileUs(50) / 1000.0:n2} p99 {histogram.PercentileUs(99) / 1000.0:n2} "
            + $"p99.9 {histogram.PercentileUs(99.9) / 1000.0:n2} max {histogram.MaxUs / 1000.0:n2}";
}
