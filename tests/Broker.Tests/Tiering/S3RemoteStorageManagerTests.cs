using System.Text;
using Platform.Storage;
using Platform.Testing;

namespace Platform.Broker.Tests.Tiering;

/// <summary>Copies in a bucket of a real service.</summary>
public sealed class S3RemoteStorageManagerTests(S3Fixture fixture) : S3TestBase(fixture)
{
    [Theory]
    [InlineData(1)]
    [InlineData(PartSize)]
    [InlineData(PartSize + 1)]
    [InlineData(3 * PartSize + 12_345)]
    public async Task A_segment_is_read_back_as_it_was_whatever_the_number_of_parts(int size)
    {
        await using var storage = Storage(Settings(await NewBucketAsync()));
        var (metadata, records) = (Metadata(size), Records(size));

        await storage.CopyLogSegmentDataAsync(metadata, Segment(records), default);

        var read = new byte[size + 1];
        Assert.Equal(size, await storage.FetchLogSegmentAsync(metadata, 0, read, default));
        Assert.Equal(records, read.AsSpan(0, size));
    }

    [Theory]
    [InlineData(0, 10)]
    [InlineData(PartSize - 5, 10)]
    [InlineData(PartSize + 12_300, 1000)]
    [InlineData(PartSize + 12_345, 1000)]
    public async Task A_range_is_read_from_any_position(int position, int wanted)
    {
        const int size = PartSize + 12_345;
        await using var storage = Storage(Settings(await NewBucketAsync()));
        var (metadata, records) = (Metadata(size), Records(size));
        await storage.CopyLogSegmentDataAsync(metadata, Segment(records), default);
        var read = new byte[wanted];

        var count = await storage.FetchLogSegmentAsync(metadata, position, read, default);

        Assert.Equal(Math.Min(wanted, size - position), count);
        Assert.Equal(records.AsSpan(position, count), read.AsSpan(0, count));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Every_index_is_read_back_with_and_without_custom_metadata(bool withCustomMetadata)
    {
        await using var storage = Storage(Settings(await NewBucketAsync()));
        var metadata = Metadata(100);

        var custom = await storage.CopyLogSegmentDataAsync(metadata, Segment(Records(100)), default);
        if (withCustomMetadata)
            metadata = metadata with { CustomMetadata = custom };

        // Kafka keeps at most 128 bytes of it.
        Assert.InRange(custom!.Value.Length, 1, 128);
        foreach (var index in Enum.GetValues<RemoteIndexType>())
            Assert.Equal(RemoteSegments.ContentOf(index), await IndexAsync(storage, metadata, index));
    }

    [Fact]
    public async Task A_segment_without_aborted_transactions_has_no_such_index()
    {
        await using var storage = Storage(Settings(await NewBucketAsync()));
        var metadata = Metadata(100);
        await storage.CopyLogSegmentDataAsync(metadata, Segment(Records(100), withTransactions: false), default);

        await Assert.ThrowsAsync<RemoteResourceNotFoundException>(async () =>
            await storage.FetchIndexAsync(metadata, RemoteIndexType.Transaction, default));
    }

    [Fact]
    public async Task A_copy_is_two_objects_and_the_log_is_the_segment_byte_for_byte()
    {
        var bucket = await NewBucketAsync();
        await using var storage = Storage(Settings(bucket));
        var (metadata, records) = (Metadata(1000), Records(1000));

        await storage.CopyLogSegmentDataAsync(metadata, Segment(records), default);

        var key = $"kafka/orders-AAAAAAAAQACAAAAAAAAAAQ/3/00000000000000001200-{metadata.RemoteLogSegmentId.Id}";
        Assert.Equal([key + ".indexes", key + ".log"], await Server.KeysAsync(bucket));
        Assert.Equal(records, await Server.ReadAsync(bucket, key + ".log"));
        Assert.Equal(2, Counters.Requests);
    }

    [Fact]
    public async Task Deleting_removes_both_objects_and_may_be_repeated()
    {
        var bucket = await NewBucketAsync();
        await using var storage = Storage(Settings(bucket));
        var (metadata, other) = (Metadata(2 * PartSize), Metadata(100));
        await storage.CopyLogSegmentDataAsync(metadata, Segment(Records(2 * PartSize)), default);
        await storage.CopyLogSegmentDataAsync(other, Segment(Records(100)), default);

        await storage.DeleteLogSegmentDataAsync(metadata, default);
        await storage.DeleteLogSegmentDataAsync(metadata, default);

        Assert.All(await Server.KeysAsync(bucket),
            key => Assert.Contains(other.RemoteLogSegmentId.Id.ToString(), key, StringComparison.Ordinal));
        Assert.Empty(await Server.KeysAsync(bucket + "+segments"));
        await Assert.ThrowsAsync<RemoteResourceNotFoundException>(async () =>
            await storage.FetchLogSegmentAsync(metadata, 0, new byte[1], default));
        await Assert.ThrowsAsync<RemoteResourceNotFoundException>(async () =>
            await storage.FetchIndexAsync(metadata, RemoteIndexType.Offset, default));
    }

    [Fact]
    public async Task Many_segments_are_copied_and_read_at_the_same_time()
    {
        var bucket = await NewBucketAsync();
        await using var storage = Storage(Settings(bucket));
        const int size = PartSize + 77;
        var data = Segment(Records(size));
        var segments = Enumerable.Range(0, 6).Select(i => Metadata(size, startOffset: 100 * i)).ToList();

        await Task.WhenAll(segments.Select(one =>
            storage.CopyLogSegmentDataAsync(one, data, default).AsTask()));
        var read = await Task.WhenAll(segments.Select(async one =>
        {
            var bytes = new byte[size];
            await storage.FetchLogSegmentAsync(one, 0, bytes, default);
            return bytes;
        }));

        Assert.All(read, bytes => Assert.Equal(Records(size), bytes));
    }

    [Fact]
    public async Task A_damaged_index_is_refused_and_a_damaged_table_too()
    {
        var bucket = await NewBucketAsync();
        await using var storage = Storage(Settings(bucket));
        var metadata = Metadata(100);
        var custom = await storage.CopyLogSegmentDataAsync(metadata, Segment(Records(100)), default);
        var key = (await Server.KeysAsync(bucket)).Single(name => name.EndsWith(".indexes", StringComparison.Ordinal));
        var pack = await Server.ReadAsync(bucket, key);
        pack[pack.AsSpan().IndexOf(Encoding.UTF8.GetBytes("Offset"))] ^= 1;
        pack[0] ^= 1;

        await Server.WriteAsync(bucket, key, pack);

        var damaged = await Assert.ThrowsAsync<RemoteStorageException>(async () => await storage.FetchIndexAsync(
            metadata with { CustomMetadata = custom }, RemoteIndexType.Offset, default));
        Assert.Contains("CRC-32C is wrong", damaged.Message, StringComparison.Ordinal);
        var noTable = await Assert.ThrowsAsync<RemoteStorageException>(async () =>
            await storage.FetchIndexAsync(metadata, RemoteIndexType.Offset, default));
        Assert.Contains("table of indexes", noTable.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_log_that_someone_cut_off_is_an_error_and_not_the_end_of_the_segment()
    {
        var bucket = await NewBucketAsync();
        await using var storage = Storage(Settings(bucket, retries: 0));
        var metadata = Metadata(1000);
        await storage.CopyLogSegmentDataAsync(metadata, Segment(Records(1000)), default);
        var key = (await Server.KeysAsync(bucket)).Single(name => name.EndsWith(".log", StringComparison.Ordinal));

        await Server.WriteAsync(bucket, key, Records(500));

        await Assert.ThrowsAsync<RemoteStorageException>(async () =>
            await storage.FetchLogSegmentAsync(metadata, 400, new byte[600], default));
        var behind = await Assert.ThrowsAsync<RemoteStorageException>(async () =>
            await storage.FetchLogSegmentAsync(metadata, 600, new byte[100], default));
        Assert.Contains("ends before the bytes", behind.Message, StringComparison.Ordinal);
    }
}
