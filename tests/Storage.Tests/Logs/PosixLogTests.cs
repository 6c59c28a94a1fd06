using System.Net;
using System.Net.Sockets;
using Platform.Protocol;
using Platform.Storage;
using Platform.Testing;

namespace Platform.Storage.Tests.Logs;

/// <summary>The log on the machine's own disk, where descriptors, sendfile and threads are real.</summary>
public sealed class PosixLogTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("posix-log-").FullName;
    private readonly PosixFileSystem _files = new();
    private readonly DeletionQueue _deletions;
    private UnifiedLog _log;

    public PosixLogTests()
    {
        _deletions = new DeletionQueue(_files);
        _log = Open(LogConfig.Default with { SegmentBytes = 100_000, IndexIntervalBytes = 2000 }, wasClean: false);
    }

    public void Dispose()
    {
        _log.Close();
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public void What_was_appended_is_read_again_after_closing_and_after_recovery()
    {
        Append(count: 100);

        _log.Close();
        _log = Open(_log.Config, wasClean: true);
        Assert.Equal((100, 0), (_log.LogEndOffset, _log.Recovery.BatchesChecked));
        Append(count: 10);
        _log.ReleaseFiles();
        _log = Open(_log.Config, wasClean: false);

        Assert.Equal((110, 110), (_log.LogEndOffset, _log.Recovery.BatchesChecked));
        Assert.Equal(Enumerable.Range(0, 110).Select(i => (long)i), ReadOffsets(0));
    }

    [Fact]
    public void A_preallocated_segment_is_as_long_as_its_records()
    {
        Append(count: 90);

        var segment = new FileInfo(Path.Combine(_log.DirectoryPath, "00000000000000000000.log"));

        Assert.InRange(segment.Length, 80_000, 100_000);
        Assert.Equal(_log.SizeInBytes, segment.Length);
    }

    [Fact]
    public async Task A_slice_goes_to_a_socket_without_a_copy_even_when_retention_deletes_it_meanwhile()
    {
        Append(count: 300);
        var found = _log.Read(5, 60_000, FetchIsolation.LogEnd, minOneMessage: true);
        var slice = Assert.IsType<FileRecordsSlice>(found.Records.Slice);
        var expected = new byte[slice.SizeInBytes];
        slice.CopyTo(expected);
        _log.Config = _log.Config with { RetentionMs = 0, FileDeleteDelayMs = 0 };
        Assert.NotEqual(0, _log.DeleteOldSegments(nowMs: 1_000_000));
        _deletions.DeleteDue(nowMs: 2_000_000);

        var received = await SendAndReceive(slice);
        slice.Dispose();

        Assert.Equal(expected, received);
        Assert.Equal(5, TestBatches.Values(received)[0].Offset);
    }

    [Fact]
    public void Readers_see_only_whole_committed_batches_while_a_writer_appends_rolls_and_deletes()
    {
        _log.Config = _log.Config with { SegmentBytes = 20_000, RetentionBytes = 60_000, RetentionMs = -1,
            FileDeleteDelayMs = 0 };
        using var done = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 2).Select(seed => new Thread(() => ReadUntil(done.Token, seed))).ToList();
        readers.ForEach(reader => reader.Start());

        for (var i = 0; i < 1500; i++)
        {
            Append(count: 1);
            if (i % 50 == 0)
                _log.DeleteOldSegments(nowMs: 1000);
            if (i % 70 == 0)
                _log.Flush();
            _deletions.DeleteDue(nowMs: long.MaxValue);
        }
        done.Cancel();
        readers.ForEach(reader => reader.Join());

        Assert.Empty(_problems);
        Assert.Equal(1500, _log.LogEndOffset);
        Assert.True(_log.LogStartOffset > 1000);
    }

    private readonly System.Collections.Concurrent.ConcurrentQueue<string> _problems = new();

    private void ReadUntil(CancellationToken done, int seed)
    {
        var random = new Random(seed);
        try
        {
            while (!done.IsCancellationRequested)
            {
                var offset = random.NextInt64(_log.LogStartOffset, _log.LogEndOffset + 1);
                var found = _log.Read(offset, 10_000, FetchIsolation.HighWatermark, minOneMessage: true);
                if (found.Error == ErrorCode.None && found.Records.SizeInBytes > 0)
                    CheckValues(offset, found.HighWatermark, LogHarness.Copy(found));
                else
                    found.Release();
            }
        }
        catch (Exception error)
        {
            _problems.Enqueue(error.ToString());
        }
    }

    private void CheckValues(long offset, long highWatermark, byte[] records)
    {
        var values = TestBatches.Values(records);
        if (values.Count == 0 || values[0].Offset != offset || values[^1].Offset >= highWatermark)
            _problems.Enqueue(
                $"read at {offset} below {highWatermark} gave {string.Join(",", values.Select(v => v.Offset))}");
    }

    private static async Task<byte[]> SendAndReceive(FileRecordsSlice slice)
    {
        using var listener = new Socket(SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        using var sender = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await sender.ConnectAsync(listener.LocalEndPoint!);
        using var receiver = await listener.AcceptAsync();
        var element = new SendPacketsElement(slice.Stream!, slice.Position, slice.SizeInBytes);
        var sent = new TaskCompletionSource<SocketError>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var args = new SocketAsyncEventArgs { SendPacketsElements = [element] };
        args.Completed += (_, completed) => sent.SetResult(completed.SocketError);
        if (!sender.SendPacketsAsync(args))
            sent.SetResult(args.SocketError);
        var received = new byte[slice.SizeInBytes];
        for (var total = 0; total < received.Length;)
            total += await receiver.ReceiveAsync(received.AsMemory(total));
        Assert.Equal(SocketError.Success, await sent.Task);
        return received;
    }

    private void Append(int count)
    {
        for (var i = 0; i < count; i++)
        {
            var batch = TestBatches.OfSize(900, seed: i);
            Assert.Equal(ErrorCode.None, _log.AppendAsLeader(batch, 0, AppendOrigin.Client, 1000).Error);
            _log.UpdateHighWatermark(_log.LogEndOffset);
        }
    }

    private List<long> ReadOffsets(long from)
    {
        var offsets = new List<long>();
        for (var next = from; next < _log.LogEndOffset; next = offsets[^1] + 1)
        {
            var records = LogHarness.Copy(_log.Read(next, 50_000, FetchIsolation.LogEnd, true));
            offsets.AddRange(TestBatches.Values(records).Select(value => value.Offset).Where(offset => offset >= next));
        }
        return offsets;
    }

    private UnifiedLog Open(LogConfig config, bool wasClean) => UnifiedLog.Open(
        new LogLoadContext(_files, new LogDirectory(_root), Path.Combine(_root, "topic-0"),
            new TopicPartition("topic", 0), config, 0, 0, wasClean, 1000), _deletions, highWatermark: long.MaxValue);
}
