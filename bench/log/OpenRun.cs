using System.Diagnostics;
using Platform.Storage;

namespace Platform.Bench.Log;

/// <summary>Whether one active partition is slower beside thousands of open ones that are idle: both in turns, in one
/// process, each with the same periodic work.</summary>
internal sealed class OpenRun(Arguments options)
{
    private const int BatchRecords = 16;
    private const int ValueBytes = 100;
    private readonly string _directory = options.Text("dir", Path.GetTempPath());
    private readonly int _few = options.Number("few", 10);
    private readonly int _many = options.Number("many", 10_000);
    private readonly int _rounds = options.Number("rounds", 5);
    private readonly int _appends = options.Number("appends", 20_000);

    public void Run()
    {
        options.EnsureAllKnown();
        using var few = Fill(_few);
        using var many = Fill(_many);
        var results = (Few: new List<(double Append, double Read)>(), Many: new List<(double, double)>());
        // Ten thousand new files are written back by the kernel at some time: not while we look.
        new PosixFileSystem().OpenVolume(_directory)?.Sync();
        Measure(few, _appends);
        Measure(many, _appends);
        for (var round = 0; round < _rounds; round++)
        {
            // Whoever is second finds the machine as the first has left it.
            if (round % 2 == 0)
                results.Few.Add(Measure(few, _appends));
            results.Many.Add(Measure(many, _appends));
            if (round % 2 != 0)
                results.Few.Add(Measure(few, _appends));
        }
        var (a, b) = (Median(results.Few), Median(results.Many));
        Console.WriteLine($"{_few} open partitions: append {a.Append:F2} us, fetch {a.Read:F2} us");
        Console.WriteLine($"{_many} open partitions: append {b.Append:F2} us, fetch {b.Read:F2} us: " +
            $"{100 * b.Append / a.Append:F0} % and {100 * b.Read / a.Read:F0} % of the time");
        foreach (var logs in new[] { few, many })
            logs.Dispose();
        Directory.Delete(Path.Combine(_directory, $"open-{_few}"), recursive: true);
        Directory.Delete(Path.Combine(_directory, $"open-{_many}"), recursive: true);
    }

    // A record in each, so that each has its files open.
    private LogManager Fill(int partitions)
    {
        var logs = Directories.Open(Path.Combine(_directory, $"open-{partitions}"));
        logs.LoadLogs(0);
        var batch = Directories.Batch(1, 100);
        for (var i = 0; i < partitions; i++)
            Directories.Append(Directories.Log(logs, i, LogConfig.Default), batch);
        return logs;
    }

    private (double Append, double Read) Measure(LogManager logs, int count)
    {
        var log = Directories.Log(logs, 0, LogConfig.Default);
        var batch = Directories.Batch(BatchRecords, ValueBytes);
        var first = log.LogEndOffset;
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < count; i++)
        {
            Directories.Append(log, batch);
            // What a broker does beside, about as often for its bytes.
            if (i % 10_000 == 0)
                logs.FlushDirtyLogs(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        }
        var append = clock.Elapsed.TotalMicroseconds / count;
        clock.Restart();
        for (var i = 0; i < count; i++)
            log.Read(first + (long)i * BatchRecords, BatchRecords * ValueBytes, FetchIsolation.HighWatermark, minOneMessage: true).Release();
        return (append, clock.Elapsed.TotalMicroseconds / count);
    }

    private static (double Append, double Read) Median(List<(double Append, double Read)> rounds) => (
        rounds.Select(round => round.Append).Order().ElementAt(rounds.Count / 2),
        rounds.Select(round => round.Read).Order().ElementAt(rounds.Count / 2));
}
