using System.Collections.Concurrent;
using System.Text;
using Platform.Protocol;
using Platform.Protocol.Records;
using Platform.Storage;

namespace Platform.Storage.Tests.Compaction;

/// <summary>Goal: readers on other threads never see an error, a hole before a newest record, or offsets that go back,
/// while a log on a real disk is written, rolled, compacted and rid of old files. Method: all at once, then a
/// count.</summary>
public sealed class CleanerConcurrencyTests : IDisposable
{
    private const int Appends = 2000;
    private const int Keys = 17;
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("platform-cleaner-");
    private readonly LogManager _logs;
    private readonly UnifiedLog _log;
    private readonly ConcurrentQueue<string> _problems = new();
    private volatile bool _done;

    public CleanerConcurrencyTests()
    {
        var files = new PosixFileSystem();
        new MetaProperties("c", 1, new Uuid(0x4000, 1)).Write(files, _directory.FullName);
        _logs = new LogManager(files, new LogManagerOptions { LogDirectories = [_directory.FullName], NodeId = 1 });
        _logs.LoadLogs(0);
        _log = _logs.GetOrCreate(new TopicIdPartition(new Uuid(0x4000, 7), new TopicPartition("t", 0)),
            CleanerHarness.Compacted with { SegmentBytes = 4000, DeleteRetentionMs = 0 });
    }

    public void Dispose()
    {
        _logs.Dispose();
        _directory.Delete(recursive: true);
    }

    [Fact]
    public void Readers_are_not_disturbed()
    {
        Thread[] others = [.. new Action[] { Read, Read, LookUp, Clean, Clean, DeleteFiles }.Select(Start)];
        for (var i = 0; i < Appends; i++)
            Append(i);
        _done = true;
        Array.ForEach(others, thread => thread.Join());

        Assert.Empty(_problems);
        _log.Roll();
        while (_logs.Cleaner.CleanDirtiest(1000, static _ => { }) is not null)
        {
        }
        Assert.Equal(Enumerable.Range(Appends - Keys, Keys).Select(i => (long)i), Offsets(0).Order());
        Assert.Empty(_logs.Cleaner.Uncleanable);
        Assert.Null(_logs.Directories[0].Failure);
    }

    private void Append(int number)
    {
        using var builder = new RecordBatchBuilder { Compression = (CompressionType)(number % 5) };
        builder.Append(1000, Encoding.UTF8.GetBytes($"k{number % Keys}"), Encoding.UTF8.GetBytes(new string('v', number % 200)));
        Assert.Equal(ErrorCode.None, _log.AppendAsLeader(builder.Build(), 0, AppendOrigin.Client, 1000).Error);
        _log.UpdateHighWatermark(_log.LogEndOffset);
    }

    // What was the newest record of each key before the read began is there, or a newer one is.
    private void Read()
    {
        var end = _log.HighWatermark;
        if (end < Keys)
            return;
        var found = Offsets(0);
        for (var i = 1; i < found.Count; i++)
        {
            if (found[i] <= found[i - 1])
                _problems.Enqueue($"offset {found[i]} after {found[i - 1]}");
        }
        foreach (var key in Enumerable.Range(0, Keys).Where(key => !found.Any(offset => offset % Keys == key && offset >= end - Keys)))
            _problems.Enqueue($"k{key} is lost before {end}");
    }

    private void LookUp()
    {
        if (_log.HighWatermark > 0 && _log.OffsetForTimestamp(1000) is null)
            _problems.Enqueue("no record by time");
    }

    private void Clean() => _logs.Cleaner.CleanDirtiest(1000, static _ => { });

    private void DeleteFiles() => _logs.DeleteScheduled(long.MaxValue);

    private List<long> Offsets(long from)
    {
        var offsets = new List<long>();
        for (var next = from; ;)
        {
            var read = _log.Read(next, 1 << 16, FetchIsolation.HighWatermark, minOneMessage: true);
            if (read.Error != ErrorCode.None)
                _problems.Enqueue($"{read.Error} at {next}");
            var bytes = new byte[read.Records.SizeInBytes];
            read.Records.Slice?.CopyTo(bytes);
            read.Release();
            var before = next;
            foreach (var batch in RecordBatches.In(bytes))
            {
                batch.EnsureValidCrc("test");
                foreach (var record in batch.Records(int.MaxValue))
                {
                    if (record.Offset >= before)
                        offsets.Add(record.Offset);
                }
                next = batch.Header.NextOffset;
            }
            if (next == before)
                return offsets;
        }
    }

    private Thread Start(Action work)
    {
        var thread = new Thread(() =>
        {
            try
            {
                while (!_done)
                    work();
            }
            catch (Exception error)
            {
                _problems.Enqueue(error.ToString());
            }
        });
        thread.Start();
        return thread;
    }
}
