using Platform.Storage;

namespace Platform.Storage.Tests.FileSystem;

public sealed class PosixFileSystemTests : IDisposable
{
    private readonly PosixFileSystem _files = new();
    private readonly string _directory = Directory.CreateTempSubdirectory("storage-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Written_bytes_are_read_back_at_their_position()
    {
        using var file = _files.OpenFile(At("a"), FileOpening.New);
        file.Reserve(0, 1 << 20);
        file.Write([1, 2, 3], 0);
        file.Write([4, 5], 3);
        file.Flush();

        var buffer = new byte[10];
        Assert.Equal(4, file.Read(buffer, 1));
        Assert.Equal([2, 3, 4, 5], buffer[..4]);
        Assert.Equal(5, file.Length);
    }

    [Fact]
    public void A_new_file_must_not_exist_and_an_existing_one_must()
    {
        _files.OpenFile(At("a"), FileOpening.New).Dispose();

        Assert.Throws<IOException>(() => _files.OpenFile(At("a"), FileOpening.New));
        Assert.Throws<FileNotFoundException>(() => _files.OpenFile(At("b"), FileOpening.Existing));
    }

    [Fact]
    public void Names_are_listed_in_order_with_length_and_kind()
    {
        _files.CreateDirectory(At("dir"));
        using (var file = _files.OpenFile(At("a"), FileOpening.New))
            file.Write(new byte[7], 0);

        var entries = _files.List(_directory);

        Assert.Equal([("a", false, 7L), ("dir", true, 0L)], entries.Select(e => (e.Name, e.IsDirectory, e.Length)));
        Assert.True(entries[0].LastModifiedMs > 0);
    }

    [Fact]
    public void Moving_replaces_a_file_and_moves_a_directory_with_its_content()
    {
        _files.CreateDirectory(At("dir"));
        _files.OpenFile(At("dir/a"), FileOpening.New).Dispose();
        _files.OpenFile(At("dir/b"), FileOpening.New).Dispose();

        _files.Move(At("dir/a"), At("dir/b"));
        _files.Move(At("dir"), At("moved"));
        _files.SyncDirectory(_directory);

        Assert.True(_files.FileExists(At("moved/b")));
        Assert.False(_files.DirectoryExists(At("dir")));
    }

    [Fact]
    public void Deleting_what_is_not_there_is_no_error()
    {
        _files.DeleteFile(At("none/none"));
        _files.DeleteFile(At("none"));
        _files.DeleteDirectory(At("none"));

        Assert.Empty(_files.List(_directory));
    }

    [Fact]
    public void A_lock_has_one_owner()
    {
        var first = _files.TryLock(At(".lock"));
        Assert.NotNull(first);
        Assert.Null(_files.TryLock(At(".lock")));

        first.Dispose();

        using var again = _files.TryLock(At(".lock"));
        Assert.NotNull(again);
    }

    [Fact]
    public void The_send_stream_reads_the_same_file_while_it_grows()
    {
        using var file = _files.OpenFile(At("a"), FileOpening.New);
        file.Write([1, 2, 3], 0);
        var stream = file.SendStream!;
        file.Write([4], 3);

        Assert.True(stream.IsAsync);
        Assert.Equal(4, RandomAccess.GetLength(stream.SafeFileHandle));
        Assert.Same(stream, file.SendStream);
    }

    [Fact]
    public void Syncing_a_directory_that_is_not_there_is_an_error_that_names_it()
    {
        var error = Assert.Throws<IOException>(() => _files.SyncDirectory(At("none")));

        Assert.Contains(At("none"), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_full_device_is_told_from_other_errors()
    {
        if (!File.Exists("/dev/full"))
            return;
        using var file = _files.OpenFile("/dev/full", FileOpening.Existing);

        Assert.Throws<DiskFullException>(() => file.Write([1], 0));
    }

    [Fact]
    public void Free_and_total_bytes_are_known()
    {
        Assert.InRange(_files.AvailableBytes(_directory), 1, _files.TotalBytes(_directory));
    }

    private string At(string name) => Path.Combine(_directory, name);
}
