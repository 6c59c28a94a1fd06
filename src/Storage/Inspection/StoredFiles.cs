using System.Buffers.Binary;
using Platform.Protocol.Records;

namespace Platform.Storage;

/// <summary>Reads the files of logs without a log around them, as they are: for tools that show or check them. Nothing
/// is changed, and other processes may be writing.</summary>
public static class StoredFiles
{
    /// <summary>The batches of a log file, in order, up to the first place where no whole batch begins.</summary>
    /// <param name="files">The disk.</param>
    /// <param name="path">The file.</param>
    /// <param name="maxBytes">Bytes to look at.</param>
    /// <param name="stoppedAt">Called with the position where batches end before the file does.</param>
    public static IEnumerable<StoredBatch> ReadBatches(
        IFileSystem files, string path, int maxBytes = int.MaxValue, Action<int>? stoppedAt = null)
    {
        using var file = files.OpenFile(path, FileOpening.ReadOnly);
        var limit = (int)Math.Min(file.Length, maxBytes);
        using var scanner = new BatchScanner(file, 0, limit);
        while (scanner.MoveNext())
            yield return new StoredBatch(scanner.Position, scanner.Header, scanner.Batch, scanner.IsCrcValid);
        if (scanner.NextPosition < limit && limit == file.Length)
            stoppedAt?.Invoke(scanner.NextPosition);
    }

    /// <summary>The entries of an offset index.</summary>
    /// <exception cref="CorruptLogException">The file's name or size is wrong.</exception>
    public static IEnumerable<OffsetIndexEntry> ReadOffsetIndex(IFileSystem files, string path)
    {
        var baseOffset = BaseOffsetOf(path);
        foreach (var entry in Entries(files, path, OffsetIndex.EntrySize))
            yield return new OffsetIndexEntry(baseOffset + BinaryPrimitives.ReadInt32BigEndian(entry.Span),
                BinaryPrimitives.ReadInt32BigEndian(entry.Span[4..]));
    }

    /// <summary>The entries of a time index.</summary>
    /// <exception cref="CorruptLogException">The file's name or size is wrong.</exception>
    public static IEnumerable<TimeIndexEntry> ReadTimeIndex(IFileSystem files, string path)
    {
        var baseOffset = BaseOffsetOf(path);
        foreach (var entry in Entries(files, path, TimeIndex.EntrySize))
            yield return new TimeIndexEntry(BinaryPrimitives.ReadInt64BigEndian(entry.Span),
                baseOffset + BinaryPrimitives.ReadInt32BigEndian(entry.Span[8..]));
    }

    /// <summary>The entries of an index of aborted transactions.</summary>
    /// <exception cref="CorruptLogException">The file's size or a version is wrong.</exception>
    public static IEnumerable<AbortedTransaction> ReadTransactionIndex(IFileSystem files, string path)
    {
        foreach (var entry in Entries(files, path, TransactionIndex.EntrySize))
            yield return TransactionIndex.Decode(entry.Span)
                ?? throw new CorruptLogException(path, "an entry is of another version");
    }

    /// <summary>The producers in a snapshot.</summary>
    /// <exception cref="CorruptLogException">The file is torn or of another version.</exception>
    public static IReadOnlyList<StoredProducer> ReadProducerSnapshot(IFileSystem files, string path) =>
        [.. ProducerSnapshot.Decode(path, Content(files, path).Span).Select(static producer => new StoredProducer(
            producer.ProducerId, producer.Epoch, producer.IsEmpty ? -1 : producer.Last.FirstSequence,
            producer.LastSequence, producer.LastOffset, producer.LastTimestamp, producer.CoordinatorEpoch,
            producer.CurrentTxnFirstOffset))];

    /// <summary>Leader epochs with their first offsets.</summary>
    /// <exception cref="CorruptLogException">The file is malformed.</exception>
    public static IReadOnlyList<(int Epoch, long StartOffset)> ReadLeaderEpochs(IFileSystem files, string path)
    {
        var epochs = new LeaderEpochCache(files, Path.GetDirectoryName(path) ?? "");
        epochs.Load();
        return [.. epochs.Entries.Select(static entry => (entry.Epoch, entry.StartOffset))];
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Entries(IFileSystem files, string path, int entrySize)
    {
        var content = Content(files, path);
        if (content.Length % entrySize != 0)
            throw new CorruptLogException(path, $"{content.Length} bytes are not a multiple of {entrySize}");
        for (var position = 0; position < content.Length; position += entrySize)
            yield return content.Slice(position, entrySize);
    }

    private static ReadOnlyMemory<byte> Content(IFileSystem files, string path) =>
        AtomicFile.Read(files, path) ?? throw new FileNotFoundException($"There is no file {path}", path);

    private static long BaseOffsetOf(string path)
    {
        var name = Path.GetFileName(path);
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && long.TryParse(name.AsSpan(0, dot), out var offset) ? offset : throw new CorruptLogException(
            path, "the name of an index begins with the offset that its entries count from");
    }
}
