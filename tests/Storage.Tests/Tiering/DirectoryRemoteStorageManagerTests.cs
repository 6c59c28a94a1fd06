using System.Text;
using Platform.Testing;

namespace Platform.Storage.Tests.Tiering;

public sealed class DirectoryRemoteStorageManagerTests
{
    private const string Root = "/share/tiered";
    private const int Size = 3_000_000;

    private readonly MemoryFileSystem _files = new();
    private readonly byte[] _records = RemoteSegments.Records(Size);
    private readonly RemoteLogSegmentMetadata _metadata = RemoteSegments.Metadata(Size);

    [Theory]
    [InlineData(0, Size)]
    [InlineData(0, 10)]
    [InlineData(2_999_990, 1000)]
    [InlineData(1_048_575, 2)]
    public async Task Records_are_read_from_any_position(int position, int wanted)
    {
        var storage = await StorageWithCopyAsync();
        var destination = new byte[wanted];

        var count = await storage.FetchLogSegmentAsync(_metadata, position, destination, default);

        Assert.Equal(Math.Min(wanted, Size - position), count);
        Assert.Equal(_records.AsSpan(position, count), destination.AsSpan(0, count));
    }

    [Theory]
    [InlineData(RemoteIndexType.Offset)]
    [InlineData(RemoteIndexType.Timestamp)]
    [InlineData(RemoteIndexType.ProducerSnapshot)]
    [InlineData(RemoteIndexType.Transaction)]
    [InlineData(RemoteIndexType.LeaderEpoch)]
    public async Task Every_index_is_read_back(RemoteIndexType index)
    {
        var storage = await StorageWithCopyAsync();

        var content = await storage.FetchIndexAsync(_metadata, index, default);

        Assert.Equal(RemoteSegments.ContentOf(index), Encoding.UTF8.GetString(content.Span));
    }

    [Fact]
    public async Task A_segment_without_aborted_transactions_has_no_such_index()
    {
        var storage = Storage();
        await storage.CopyLogSegmentDataAsync(
            _metadata, RemoteSegments.Write(_files, _records, withTransactions: false), default);

        await Assert.ThrowsAsync<RemoteResourceNotFoundException>(async () =>
            await storage.FetchIndexAsync(_metadata, RemoteIndexType.Transaction, default));
    }

    [Fact]
    public async Task Transactions_of_a_copy_that_is_not_there_are_unknown_and_not_none()
    {
        var storage = await StorageWithCopyAsync();

        var error = await Assert.ThrowsAsync<RemoteStorageException>(async () => await storage.FetchIndexAsync(
            RemoteSegments.Metadata(Size, startOffset: 0), RemoteIndexType.Transaction, default));

        Assert.Contains("transactions are not known", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_copy_lies_under_topic_partition_offset_and_id_with_Kafkas_names()
    {
        await StorageWithCopyAsync();

        var directory = $"{Root}/orders-AAAAAAAAQACAAAAAAAAAAQ/3/00000000000000001200-{_metadata.RemoteLogSegmentId.Id}";
        Assert.Equal(
            ["00000000000000001200.index", "00000000000000001200.log", "00000000000000001200.snapshot",
                "00000000000000001200.timeindex", "00000000000000001200.txnindex", "leader-epoch-checkpoint"],
            _files.List(directory).Select(file => file.Name));
        Assert.Equal(_records, _files.ReadAllBytes($"{directory}/00000000000000001200.log"));
    }

    [Fact]
    public async Task What_was_copied_survives_a_power_cut()
    {
        var storage = await StorageWithCopyAsync();

        _files.Crash();

        var destination = new byte[Size];
        Assert.Equal(Size, await storage.FetchLogSegmentAsync(_metadata, 0, destination, default));
        Assert.Equal(_records, destination);
        foreach (var index in Enum.GetValues<RemoteIndexType>())
            Assert.Equal(RemoteSegments.ContentOf(index),
                Encoding.UTF8.GetString((await storage.FetchIndexAsync(_metadata, index, default)).Span));
    }

    [Theory]
    [InlineData(DiskOperation.Open)]
    [InlineData(DiskOperation.Read)]
    [InlineData(DiskOperation.Write)]
    [InlineData(DiskOperation.Flush)]
    [InlineData(DiskOperation.Move)]
    [InlineData(DiskOperation.CreateDirectory)]
    public async Task A_copy_that_fails_anywhere_is_not_there_and_can_be_deleted(DiskOperation failing)
    {
        var storage = await StorageWithCopyAsync();
        var other = RemoteSegments.Metadata(Size, startOffset: 1300);
        var calls = 0;
        foreach (var failAt in Enumerable.Range(1, 3))
        {
            calls = 0;
            var data = RemoteSegments.Write(_files, _records);
            _files.Fault = (operation, _) => operation == failing && ++calls == failAt ? new IOException("broken") : null;

            var error = await Record.ExceptionAsync(async () => await storage.CopyLogSegmentDataAsync(other, data, default));

            _files.Fault = null;
            if (calls < failAt)
                break;
            Assert.Contains("broken", Assert.IsType<RemoteStorageException>(error).Message, StringComparison.Ordinal);
            await Assert.ThrowsAsync<RemoteResourceNotFoundException>(async () =>
                await storage.FetchLogSegmentAsync(other, 0, new byte[1], default));
            await storage.DeleteLogSegmentDataAsync(other, default);
            Assert.Single(_files.List($"{Root}/orders-AAAAAAAAQACAAAAAAAAAAQ/3"));
        }
        Assert.True(calls > 0, $"copying does not {failing}");
    }

    [Fact]
    public async Task A_cancelled_copy_is_not_there_and_the_same_copy_can_be_made_again()
    {
        var storage = Storage();
        var data = RemoteSegments.Write(_files, _records);
        using var cancelled = new CancellationTokenSource();
        _files.Fault = (operation, _) =>
        {
            if (operation == DiskOperation.Write)
                cancelled.Cancel();
            return null;
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await storage.CopyLogSegmentDataAsync(_metadata, data, cancelled.Token));
        _files.Fault = null;
        await Assert.ThrowsAsync<RemoteResourceNotFoundException>(async () =>
            await storage.FetchLogSegmentAsync(_metadata, 0, new byte[1], default));
        await storage.CopyLogSegmentDataAsync(_metadata, data, default);

        Assert.Equal(Size, await storage.FetchLogSegmentAsync(_metadata, 0, new byte[Size], default));
    }

    [Fact]
    public async Task A_source_that_is_shorter_than_promised_is_refused()
    {
        var storage = Storage();
        var data = RemoteSegments.Write(_files, RemoteSegments.Records(Size - 1));

        var error = await Assert.ThrowsAsync<RemoteStorageException>(async () =>
            await storage.CopyLogSegmentDataAsync(_metadata, data, default));

        Assert.Contains("00.log ends after 2999999 of 3000000 bytes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_copy_that_someone_cut_off_is_an_error_and_not_the_end_of_the_segment()
    {
        var storage = await StorageWithCopyAsync();
        var log = $"{Root}/orders-AAAAAAAAQACAAAAAAAAAAQ/3/00000000000000001200-{_metadata.RemoteLogSegmentId.Id}"
            + "/00000000000000001200.log";
        _files.WriteAllBytes(log, _records[..1000]);

        var error = await Assert.ThrowsAsync<RemoteStorageException>(async () =>
            await storage.FetchLogSegmentAsync(_metadata, 900, new byte[200], default));

        Assert.Contains("ends after 1000 of 3000000 bytes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_preallocated_source_is_copied_up_to_its_last_record()
    {
        var storage = Storage();
        var data = RemoteSegments.Write(_files, [.. _records, .. new byte[500]]);

        await storage.CopyLogSegmentDataAsync(_metadata, data, default);

        Assert.Equal(Size, await storage.FetchLogSegmentAsync(_metadata, 0, new byte[Size + 500], default));
    }

    [Fact]
    public async Task Deleting_is_complete_and_may_be_repeated()
    {
        var storage = await StorageWithCopyAsync();

        await storage.DeleteLogSegmentDataAsync(_metadata, default);
        await storage.DeleteLogSegmentDataAsync(_metadata, default);

        await Assert.ThrowsAsync<RemoteResourceNotFoundException>(async () =>
            await storage.FetchLogSegmentAsync(_metadata, 0, new byte[1], default));
        Assert.Empty(_files.List($"{Root}/orders-AAAAAAAAQACAAAAAAAAAAQ/3"));
    }

    [Fact]
    public async Task A_deletion_that_failed_halfway_leaves_nothing_that_can_be_found_and_can_be_repeated()
    {
        var storage = await StorageWithCopyAsync();
        var deletions = 0;
        _files.Fault = (operation, _) =>
            operation == DiskOperation.Delete && ++deletions == 2 ? new IOException("broken") : null;

        await Assert.ThrowsAsync<RemoteStorageException>(async () =>
            await storage.DeleteLogSegmentDataAsync(_metadata, default));
        _files.Fault = null;

        await Assert.ThrowsAsync<RemoteResourceNotFoundException>(async () =>
            await storage.FetchLogSegmentAsync(_metadata, 0, new byte[1], default));
        await storage.DeleteLogSegmentDataAsync(_metadata, default);
        Assert.Empty(_files.List($"{Root}/orders-AAAAAAAAQACAAAAAAAAAAQ/3"));
    }

    [Fact]
    public async Task A_share_that_went_away_is_neither_written_to_nor_taken_for_an_empty_one()
    {
        var storage = await StorageWithCopyAsync();
        var data = RemoteSegments.Write(_files, _records);
        _files.DeleteDirectory(Root);
        _files.CreateDirectory(Root);

        var reading = await Assert.ThrowsAsync<RemoteStorageException>(async () =>
            await storage.FetchLogSegmentAsync(_metadata, 0, new byte[1], default));
        await Assert.ThrowsAsync<RemoteStorageException>(async () =>
            await storage.FetchIndexAsync(_metadata, RemoteIndexType.Transaction, default));
        await Assert.ThrowsAsync<RemoteStorageException>(async () =>
            await storage.CopyLogSegmentDataAsync(_metadata, data, default));
        await Assert.ThrowsAsync<RemoteStorageException>(async () =>
            await storage.DeleteLogSegmentDataAsync(_metadata, default));

        Assert.Contains("is its share mounted", reading.Message, StringComparison.Ordinal);
        Assert.Empty(_files.List(Root));
    }

    [Fact]
    public async Task A_directory_without_the_mark_is_not_used_where_it_should_have_been_marked_before()
    {
        var data = RemoteSegments.Write(_files, _records);
        var storage = new DirectoryRemoteStorageManager(_files, Root, initialize: false);

        await Assert.ThrowsAsync<RemoteStorageException>(async () =>
            await storage.CopyLogSegmentDataAsync(_metadata, data, default));

        Assert.False(_files.DirectoryExists(Root));
    }

    [Fact]
    public async Task A_directory_that_holds_something_else_is_not_made_into_remote_storage()
    {
        _files.CreateDirectory($"{Root}/photos");
        var data = RemoteSegments.Write(_files, _records);

        await Assert.ThrowsAsync<RemoteStorageException>(async () =>
            await Storage().CopyLogSegmentDataAsync(_metadata, data, default));

        Assert.Equal(["photos"], _files.List(Root).Select(entry => entry.Name));
    }

    [Fact]
    public void The_longest_name_of_a_topic_fits_into_a_name_of_a_file()
    {
        var metadata = RemoteSegments.Metadata(1, topic: new string('t', 249));

        var name = RemoteSegmentNames.Topic(metadata.RemoteLogSegmentId);

        Assert.Equal(255, name.Length);
        Assert.EndsWith("-AAAAAAAAQACAAAAAAAAAAQ", name, StringComparison.Ordinal);
    }

    private DirectoryRemoteStorageManager Storage() => new(_files, Root);

    private async Task<DirectoryRemoteStorageManager> StorageWithCopyAsync()
    {
        var storage = Storage();
        await storage.CopyLogSegmentDataAsync(_metadata, RemoteSegments.Write(_files, _records), default);
        return storage;
    }
}
