using System.Globalization;
using Platform.Protocol.Records;

namespace Platform.Storage;

/// <summary>
/// What the <c>.txnindex</c> files of a partition held when they were flushed: a line for each with its entries and their
/// CRC-32C. Kafka's format has no checksum, and a wrong or missing entry would show aborted records to readers of committed
/// ones. A file of our own, which Kafka does not look at; where it is missing the indexes are believed.
/// </summary>
internal sealed class TransactionIndexChecksums
{
    internal const string FileName = "transaction-index-checksums";
    private readonly Dictionary<long, (int Entries, uint Crc)>? _byBaseOffset;
    private readonly bool _isDamaged;

    private TransactionIndexChecksums(Dictionary<long, (int Entries, uint Crc)>? byBaseOffset, bool isDamaged) =>
        (_byBaseOffset, _isDamaged) = (byBaseOffset, isDamaged);

    /// <summary>Reads the file, if there is one.</summary>
    internal static TransactionIndexChecksums Read(IFileSystem files, string directory)
    {
        var path = Path.Combine(directory, FileName);
        if (AtomicFile.Read(files, path) is not { } content)
            return new TransactionIndexChecksums(null, isDamaged: false);
        var found = new Dictionary<long, (int, uint)>();
        try
        {
            CheckpointText.Parse(path, System.Text.Encoding.UTF8.GetString(content), line => TryAdd(found, line));
            return new TransactionIndexChecksums(found, isDamaged: false);
        }
        catch (CorruptLogException)
        {
            return new TransactionIndexChecksums(null, isDamaged: true);
        }
    }

    /// <summary>Replaces the file by what the indexes hold now, and forces it to disk.</summary>
    internal static void Write(IFileSystem files, string directory, IEnumerable<LogSegment> segments)
    {
        var entries = segments.Where(static segment => segment.AbortedTransactions.Count > 0)
            .Select(static segment => (segment.BaseOffset, Content: segment.AbortedTransactions.Encode())).ToList();
        AtomicFile.Write(files, Path.Combine(directory, FileName), CheckpointText.Format(entries,
            static (text, entry) => text.Append(CultureInfo.InvariantCulture,
                $"{entry.BaseOffset} {entry.Content.Length / TransactionIndex.EntrySize} {Crc32C.Compute(entry.Content)}")));
    }

    /// <summary>True when an index holds what it held when it was flushed. After an unclean end more may follow, which
    /// recovery looks for in the log.</summary>
    internal bool Matches(LogSegment segment, bool isClean)
    {
        if (_byBaseOffset is null)
            return !_isDamaged;
        var content = segment.AbortedTransactions.Encode();
        var (entries, crc) = _byBaseOffset.GetValueOrDefault(segment.BaseOffset);
        var bytes = entries * TransactionIndex.EntrySize;
        if (isClean ? content.Length != bytes : content.Length < bytes)
            return false;
        return entries == 0 || Crc32C.Compute(content.AsSpan(0, bytes)) == crc;
    }

    private static bool TryAdd(Dictionary<long, (int, uint)> found, string line)
    {
        var words = line.Split(' ');
        if (words.Length != 3 || !CheckpointText.TryNumber(words[0], out var baseOffset)
            || !CheckpointText.TryNumber(words[1], out var entries) || entries is < 0 or > int.MaxValue / TransactionIndex.EntrySize
            || !CheckpointText.TryNumber(words[2], out var crc) || crc is < 0 or > uint.MaxValue)
            return false;
        return found.TryAdd(baseOffset, ((int)entries, (uint)crc));
    }
}
