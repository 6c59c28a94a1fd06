using System.Buffers.Binary;
using System.Diagnostics;
using Platform.Storage;

namespace Platform.Bench.Log;

/// <summary>How many bytes of uncompressed records of 1 KB one thread of the cleaner takes in a second.</summary>
internal sealed class CompactRun(Arguments options)
{
    private const int BatchRecords = 16;
    private const int SegmentBytes = 128 * 1024 * 1024;
    private readonly string _directory = Path.Combine(options.Text("dir", Path.GetTempPath()), "compact");
    private readonly int _megabytes = options.Number("megabytes", 1024);
    private readonly int _keys = options.Number("keys", 100_000);
    private readonly int _mapMegabytes = options.Number("map-megabytes", 128);

    public void Run()
    {
        options.EnsureAllKnown();
        var config = LogConfig.Default with
        {
            CleanupPolicy = CleanupPolicies.Compact, SegmentBytes = SegmentBytes, MinCleanableDirtyRatio = 0.01,
        };
        using var logs = Directories.Open(_directory, config: config);
        logs.LoadLogs(0);
        Write(Directories.Log(logs, 0, config));
        logs.Cleaner.Options = new LogCleanerOptions { MapBytes = (long)_mapMegabytes << 20 };
        GC.Collect();
        var before = Directories.ResidentMegabytes();
        var (largest, stop) = (before, false);
        var watcher = new Thread(() =>
        {
            while (!Volatile.Read(ref stop))
            {
                largest = Math.Max(largest, Directories.ResidentMegabytes());
                Thread.Sleep(5);
            }
        });
        watcher.Start();
        Clean(logs);
        Volatile.Write(ref stop, true);
        watcher.Join();
        Console.WriteLine($"memory: {before:F0} MB before, at most {largest:F0} MB; the map may have {_mapMegabytes} MB");
        logs.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private static void Clean(LogManager logs)
    {
        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        var clock = Stopwatch.StartNew();
        var (read, written, passes) = (0L, 0L, 0);
        while (logs.Cleaner.CleanDirtiest(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), static _ => { }) is { } pass)
            (read, written, passes) = (read + pass.Stats.BytesRead, written + pass.Stats.BytesWritten, passes + 1);
        var (seconds, busy) = (clock.Elapsed.TotalSeconds, (Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalSeconds);
        Console.WriteLine($"compacted {read / 1e6:F0} MB to {written / 1e6:F0} MB in {passes} passes and {seconds:F2} s: " +
            $"{read / 1e6 / seconds:F0} MB/s, {read / 1e6 / busy:F0} MB a second of processor time");
    }

    private void Write(UnifiedLog log)
    {
        var random = new Random(7);
        var keys = new byte[BatchRecords][];
        for (var written = 0L; written < (long)_megabytes * 1_000_000;)
        {
            for (var i = 0; i < BatchRecords; i++)
                BinaryPrimitives.WriteInt64BigEndian(keys[i] = new byte[8], random.Next(_keys));
            var batch = Directories.Batch(BatchRecords, 1000, i => keys[i]);
            Directories.Append(log, batch);
            written += batch.Length;
        }
        log.Roll();
        log.Flush();
    }
}
