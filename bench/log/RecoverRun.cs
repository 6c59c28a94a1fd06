using System.Diagnostics;

namespace Platform.Bench.Log;

/// <summary>How long opening takes after a process was killed that never flushed: every batch is read, checked and
/// indexed anew. What was written is still in the page cache, as after kill -9.</summary>
internal sealed class RecoverRun(Arguments options)
{
    private const int BatchRecords = 16;
    private readonly string _directory = Path.Combine(options.Text("dir", Path.GetTempPath()), "recover");
    private readonly int _partitions = options.Number("partitions", 1000);
    private readonly int _megabytes = options.Number("megabytes", 10240);
    private readonly int _threads = options.Number("threads", 2);

    public void Run()
    {
        options.EnsureAllKnown();
        Write();
        var before = Process.GetCurrentProcess().TotalProcessorTime;
        var clock = Stopwatch.StartNew();
        using var logs = Directories.Open(_directory, _threads);
        var report = logs.LoadLogs(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        var seconds = clock.Elapsed.TotalSeconds;
        var busy = (Process.GetCurrentProcess().TotalProcessorTime - before).TotalSeconds;
        var megabytes = logs.Logs.Sum(log => log.SizeInBytes) / 1e6;
        Console.WriteLine($"recovered {report.Logs} partitions, {megabytes:F0} MB, {report.Recovery.BatchesChecked} batches " +
            $"in {seconds:F2} s: {megabytes / seconds:F0} MB/s with {_threads} threads, {busy:F2} s of processor time, " +
            $"{Directories.ResidentMegabytes():F0} MB resident");
        Directory.Delete(_directory, recursive: true);
    }

    private void Write()
    {
        var batch = Directories.Batch(BatchRecords, 1000);
        using var logs = Directories.Open(_directory);
        logs.LoadLogs(0);
        var batches = (int)((long)_megabytes * 1_000_000 / _partitions / batch.Length);
        for (var partition = 0; partition < _partitions; partition++)
        {
            var log = Directories.Log(logs, partition, Storage.LogConfig.Default);
            for (var i = 0; i < batches; i++)
                Directories.Append(log, batch);
        }
    }
}
