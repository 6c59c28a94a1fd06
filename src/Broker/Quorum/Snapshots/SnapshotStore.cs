using Platform.Cluster.Raft;
using Platform.Protocol.Records;
using Platform.Storage;
using System.Globalization;

namespace Platform.Broker.Quorum;

/// <summary>A snapshot on disk.</summary>
/// <param name="Id">Where what it holds ends.</param>
/// <param name="SizeInBytes">Its size.</param>
/// <param name="WrittenMs">When it was written, in ms since 1970.</param>
internal readonly record struct StoredSnapshot(OffsetAndEpoch Id, long SizeInBytes, long WrittenMs);

/// <summary>
/// The snapshots in the directory of the metadata log, under Kafka's names: 20 digits of the end offset, 10 of the
/// epoch, <c>.checkpoint</c>. One that is being written or fetched ends in <c>.part</c> until it is whole and on disk.
/// Pieces are written by the quorum's thread; snapshots of this node by one other at a time, of other ids.
/// </summary>
internal sealed class SnapshotStore
{
    private const string Suffix = ".checkpoint";
    private const string PartSuffix = ".checkpoint.part";
    private const int MaxHeaderBytes = 64 * 1024;
    private const int OffsetDigits = 20;
    private const int EpochDigits = 10;

    /// <summary>The snapshot that <c>storage format</c> writes: it holds the first voters and no metadata (KIP-853), and
    /// is none that others could be sent.</summary>
    public static readonly OffsetAndEpoch Bootstrap = new(0, 0);

    private readonly IFileSystem _files;
    private readonly string _directory;

    /// <summary>Opens the directory and removes what was not finished.</summary>
    public SnapshotStore(IFileSystem files, string directory)
    {
        (_files, _directory) = (files, directory);
        foreach (var entry in files.List(directory).Where(e => e.Name.EndsWith(PartSuffix, StringComparison.Ordinal)))
            files.DeleteFile(Path.Combine(directory, entry.Name));
    }

    /// <summary>The snapshots, oldest first.</summary>
    public IReadOnlyList<StoredSnapshot> List() =>
        [.. from entry in _files.List(_directory)
            let id = TryParse(entry.Name)
            where id is { Offset: > 0 }
            orderby id.Value.Offset
            select new StoredSnapshot(id.Value, entry.Length, entry.LastModifiedMs)];

    /// <summary>The newest snapshot, or null.</summary>
    public OffsetAndEpoch? Latest => List() is [.., var newest] ? newest.Id : null;

    /// <summary>Reads a piece.</summary>
    /// <returns>The piece and the size of the whole; null when there is no such snapshot.</returns>
    public (ReadOnlyMemory<byte> Bytes, long Size)? Read(OffsetAndEpoch id, long position, int maxBytes)
    {
        var path = PathOf(id, Suffix);
        if (!_files.FileExists(path))
            return null;
        using var file = _files.OpenFile(path, FileOpening.Existing);
        var size = file.Length;
        var piece = new byte[(int)Math.Clamp(size - position, 0, maxBytes)];
        var count = file.Read(piece, position);
        return (piece.AsMemory(0, count), size);
    }

    /// <summary>Writes a piece of a snapshot that is not whole yet; position 0 begins anew.</summary>
    public void WritePart(OffsetAndEpoch id, long position, ReadOnlySpan<byte> bytes)
    {
        var path = PathOf(id, PartSuffix);
        if (position == 0)
            _files.DeleteFile(path);
        using var file = _files.OpenFile(path, FileOpening.ExistingOrNew);
        file.Write(bytes, position);
    }

    /// <summary>The snapshot is whole: it survives a power cut under its name when this returns.</summary>
    public void Finish(OffsetAndEpoch id)
    {
        var part = PathOf(id, PartSuffix);
        using (var file = _files.OpenFile(part, FileOpening.Existing))
            file.Flush();
        _files.Move(part, PathOf(id, Suffix));
        _files.SyncDirectory(_directory);
    }

    /// <summary>Deletes what is older than a snapshot.</summary>
    public void DeleteBefore(OffsetAndEpoch id)
    {
        foreach (var older in List().TakeWhile(snapshot => snapshot.Id.Offset < id.Offset))
            _files.DeleteFile(PathOf(older.Id, Suffix));
    }

    /// <summary>The voters that a snapshot names (KIP-853); null when it names none, or is not there.</summary>
    public VoterSet? ReadVoters(OffsetAndEpoch id)
    {
        // They stand in its first batch.
        if (Read(id, 0, MaxHeaderBytes) is not { } head)
            return null;
        return VoterRecords.LastIn(head.Bytes[..RecordBatches.CompleteBytes(head.Bytes.Span)]);
    }

    private string PathOf(OffsetAndEpoch id, string suffix) => Path.Combine(
        _directory, string.Create(CultureInfo.InvariantCulture, $"{id.Offset:D20}-{id.Epoch:D10}{suffix}"));

    private static OffsetAndEpoch? TryParse(string name) =>
        name.Length == OffsetDigits + 1 + EpochDigits + Suffix.Length
        && name.EndsWith(Suffix, StringComparison.Ordinal) && name[OffsetDigits] == '-'
        && long.TryParse(name.AsSpan(0, OffsetDigits), NumberStyles.None, CultureInfo.InvariantCulture, out var offset)
        && int.TryParse(name.AsSpan(OffsetDigits + 1, EpochDigits), NumberStyles.None, CultureInfo.InvariantCulture,
            out var epoch)
            ? new OffsetAndEpoch(offset, epoch) : null;
}
