using Microsoft.Extensions.Logging.Abstractions;
using Platform.Broker.Tiering;
using Platform.Broker.Tiering.Cache;
using Platform.Storage;
using Platform.Testing;

namespace Platform.Broker.Tests.Tiering;

public sealed class CachedRemoteStorageManagerTests
{
    private const int Chunk = 1000;
    private const int Size = 10 * Chunk + 500;
    private const int NoLimit = int.MaxValue;
    private const string Directory = "/cache";

    private readonly byte[] _records = RemoteSegments.Records(Size);
    private readonly RemoteLogSegmentMetadata _segment = RemoteSegments.Metadata(Size);
    private readonly CountingRemoteStorage _remote;
    private readonly MemoryFileSystem _files = new();
    private readonly RemoteStorageCounters _counters = new();
    private long _diskLimit = NoLimit;

    public CachedRemoteStorageManagerTests() => _remote = new CountingRemoteStorage(_records);

    [Theory]
    [InlineData(0, 10, 1)]
    [InlineData(0, Chunk, 1)]
    [InlineData(Chunk - 1, 2, 2)]
    [InlineData(2500, 5000, 6)]
    [InlineData(0, Size + 100, 11)]
    [InlineData(10 * Chunk, 1000, 1)]
    [InlineData(Size, 1000, 0)]
    public async Task A_range_is_put_together_from_chunks(int position, int wanted, int chunks)
    {
        await using var storage = Cached();
        var read = new byte[wanted];

        var count = await storage.FetchLogSegmentAsync(_segment, position, read, default);

        Assert.Equal(Math.Min(wanted, Size - position), count);
        Assert.Equal(_records.AsSpan(position, count), read.AsSpan(0, count));
        Assert.Equal(chunks, _remote.Fetches);
    }

    [Fact]
    public async Task What_was_read_is_not_asked_for_again()
    {
        await using var storage = Cached();

        for (var i = 0; i < 3; i++)
        {
            await ReadAsync(storage, 0, Size);
            await storage.FetchIndexAsync(_segment, RemoteIndexType.Offset, default);
        }

        Assert.Equal((11, 1), (_remote.Fetches, _remote.IndexFetches));
        Assert.Equal((12, 24), (_counters.CacheMisses, _counters.CacheHits));
    }

    [Fact]
    public async Task Many_readers_of_one_chunk_cause_one_request()
    {
        await using var storage = Cached();
        var gate = new TaskCompletionSource();
        _remote.Before = _ => gate.Task;

        var readers = Enumerable.Range(0, 50).Select(i => ReadAsync(storage, 10 * i, 10)).ToList();
        gate.SetResult();
        var read = await Task.WhenAll(readers);

        Assert.Equal(1, _remote.Fetches);
        for (var i = 0; i < read.Length; i++)
            Assert.Equal(_records[(10 * i)..(10 * i + 10)], read[i]);
    }

    [Fact]
    public async Task A_reader_who_gives_up_does_not_take_the_chunk_from_the_others()
    {
        await using var storage = Cached();
        var gate = new TaskCompletionSource();
        _remote.Before = token => gate.Task.WaitAsync(token);
        using var impatient = new CancellationTokenSource();

        var first = storage.FetchLogSegmentAsync(_segment, 0, new byte[10], impatient.Token).AsTask();
        var second = ReadAsync(storage, 0, 10);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        gate.SetResult();

        Assert.Equal(_records[..10], await second);
        Assert.Equal(1, _remote.Fetches);
    }

    [Fact]
    public async Task A_failure_is_told_to_all_who_wait_and_is_not_remembered()
    {
        await using var storage = Cached();
        var gate = new TaskCompletionSource();
        _remote.Before = _ => gate.Task;

        var readers = Enumerable.Range(0, 5).Select(_ => ReadAsync(storage, 0, 10)).ToList();
        gate.SetException(new RemoteStorageException("gone"));
        foreach (var reader in readers)
            await Assert.ThrowsAsync<RemoteStorageException>(() => reader);
        _remote.Before = _ => Task.CompletedTask;

        Assert.Equal(_records[..10], await ReadAsync(storage, 0, 10));
    }

    [Fact]
    public async Task Memory_and_disk_stay_within_their_limits_and_forget_what_was_used_longest_ago()
    {
        _diskLimit = 5 * (Chunk + 4);
        var memory = new MemoryCache(3 * Chunk);
        var disk = Disk();
        await using var storage = Cached(memory, disk);

        for (var i = 0; i < 10; i++)
        {
            await ReadAsync(storage, i * Chunk, 10);
            // Readers do not wait for the disk, but the order of what it forgets is that of what it wrote.
            var written = Math.Min(i + 1, 5) * (Chunk + 4);
            await WaitForAsync(() => _files.FileExists($"{Directory}/{NameOf(i)}") && disk.Bytes == written);
        }

        Assert.Equal((3 * Chunk, 5 * (Chunk + 4)), (memory.Bytes, disk.Bytes));
        Assert.Equal(Enumerable.Range(5, 5).Select(NameOf), _files.List(Directory).Select(file => file.Name));
    }

    [Fact]
    public async Task What_lies_on_disk_is_read_from_there_after_a_restart()
    {
        await using (var first = Cached(new MemoryCache(0), Disk()))
            await ReadAsync(first, 0, Size);
        var asked = _remote.Fetches;

        await using var second = Cached(new MemoryCache(0), Disk());
        var read = await ReadAsync(second, 0, Size);

        Assert.Equal(_records, read);
        Assert.Equal(asked, _remote.Fetches);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(Chunk)]
    [InlineData(-1)]
    public async Task A_damaged_file_is_replaced_by_what_remote_storage_has(int damagedByte)
    {
        await using (var first = Cached(new MemoryCache(0), Disk()))
            await ReadAsync(first, 0, 10);
        var file = $"{Directory}/{_files.List(Directory).Single().Name}";
        if (damagedByte >= 0)
            _files.Damage(file, damagedByte);
        else
            _files.WriteAllBytes(file, []);

        await using (var second = Cached(new MemoryCache(0), Disk()))
            Assert.Equal(_records[..10], await ReadAsync(second, 0, 10));
        await using var third = Cached(new MemoryCache(0), Disk());
        Assert.Equal(_records[..10], await ReadAsync(third, 0, 10));

        Assert.Equal((2, 1), (_remote.Fetches, _counters.CacheFailures));
    }

    [Theory]
    [InlineData(DiskOperation.Open)]
    [InlineData(DiskOperation.Read)]
    [InlineData(DiskOperation.Write)]
    [InlineData(DiskOperation.Move)]
    [InlineData(DiskOperation.Delete)]
    [InlineData(DiskOperation.CreateDirectory)]
    public async Task A_disk_that_fails_fails_no_read(DiskOperation failing)
    {
        _diskLimit = 2 * (Chunk + 4);
        await using (var before = Cached(new MemoryCache(0), Disk()))
            await ReadAsync(before, 0, 2 * Chunk);
        await using var storage = Cached(new MemoryCache(0), Disk());
        _files.Fault = (operation, _) => operation == failing ? new IOException("broken") : null;

        for (var i = 0; i < 2; i++)
            Assert.Equal(_records, await ReadAsync(storage, 0, Size));

        await storage.DisposeAsync();
        Assert.True(_counters.CacheFailures > 0, $"nothing was told of a failed {failing}");
    }

    [Fact]
    public async Task The_next_chunk_is_read_ahead_once_the_middle_of_one_is_passed()
    {
        await using var storage = Cached(prefetch: 2);

        await ReadAsync(storage, 0, Chunk / 2);
        Assert.Equal(1, _remote.Fetches);
        await ReadAsync(storage, Chunk / 2, 10);
        await WaitForAsync(() => _remote.Fetches == 3);
        await ReadAsync(storage, Chunk, Chunk / 2);
        await ReadAsync(storage, 2 * Chunk, Chunk / 2);

        Assert.Equal(3, _remote.Fetches);
    }

    [Fact]
    public async Task Reading_ahead_that_fails_is_no_matter()
    {
        await using var storage = Cached(prefetch: 1);
        await ReadAsync(storage, 0, 10);
        _remote.Before = _ => throw new RemoteStorageException("gone");

        await ReadAsync(storage, Chunk / 2, Chunk / 2);
        await WaitForAsync(() => _remote.Fetches == 2);
        _remote.Before = _ => Task.CompletedTask;

        Assert.Equal(_records[Chunk..(Chunk + 10)], await ReadAsync(storage, Chunk, 10));
    }

    [Fact]
    public async Task A_deleted_segment_leaves_the_caches()
    {
        var (memory, disk) = (new MemoryCache(NoLimit), Disk());
        var storage = Cached(memory, disk);
        await ReadAsync(storage, 0, Size);
        await storage.DisposeAsync();
        await using var again = Cached(memory, disk);

        await again.DeleteLogSegmentDataAsync(_segment, default);

        Assert.Equal((0, 0), (memory.Bytes, disk.Bytes));
        Assert.Empty(_files.List(Directory));
    }

    [Fact]
    public async Task Without_a_cache_of_chunks_reads_ask_for_no_more_than_they_need()
    {
        await using var storage = new CachedRemoteStorageManager(_remote, Options(chunks: null, prefetch: 1));

        Assert.Equal(_records[5..15], await ReadAsync(storage, 5, 10));

        Assert.Equal(1, _remote.Fetches);
    }

    [Fact]
    public async Task A_segment_that_is_shorter_than_promised_is_an_error()
    {
        await using var storage = Cached();
        var longer = _segment with { SegmentSizeInBytes = Size + 100 };

        var error = await Assert.ThrowsAsync<RemoteStorageException>(async () =>
            await storage.FetchLogSegmentAsync(longer, Size, new byte[10], default));

        Assert.Contains($"ends after {Size} of {Size + 100} bytes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Loads_end_with_the_storage_and_before_it()
    {
        var storage = Cached();
        _remote.Before = token => Task.Delay(Timeout.Infinite, token);
        var reader = ReadAsync(storage, 0, 10);
        await WaitForAsync(() => _remote.Fetches == 1);

        await storage.DisposeAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reader);
        Assert.True(_remote.IsDisposed);
    }

    private string NameOf(int chunk) => $"{_segment.RemoteLogSegmentId.Id}.{Chunk}.{chunk}.cached";

    private DiskCache Disk() =>
        new(_files, Directory, () => _diskLimit, TimeProvider.System, _counters, NullLogger.Instance);

    private CachedRemoteStorageManager Cached(MemoryCache? memory = null, DiskCache? disk = null, int prefetch = 0) =>
        new(_remote, Options(new BlobCache(memory ?? new MemoryCache(NoLimit), disk, _counters), prefetch));

    private CacheOptions Options(BlobCache? chunks, int prefetch) => new()
    {
        ChunkBytes = Chunk,
        PrefetchChunks = prefetch,
        Chunks = chunks,
        Indexes = new BlobCache(new MemoryCache(NoLimit), null, _counters),
    };

    private async Task<byte[]> ReadAsync(CachedRemoteStorageManager storage, int position, int count)
    {
        var read = new byte[count];
        Assert.Equal(count, await storage.FetchLogSegmentAsync(_segment, position, read, default));
        return read;
    }

    private static async Task WaitForAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!condition())
            await Task.Delay(1, limit.Token);
    }
}
