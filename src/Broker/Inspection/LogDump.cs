using System.Text;
using Platform.Protocol;
using Platform.Protocol.Records;
using Platform.Storage;

namespace Platform.Broker.Inspection;

/// <summary>What of a file is shown.</summary>
public sealed record LogDumpOptions
{
    /// <summary>Records, not only their batches.</summary>
    public bool WithRecords { get; init; }
    /// <summary>Keys and values of records.</summary>
    public bool WithData { get; init; }
    /// <summary>How keys and values are decoded; null for what the name of the partition's directory says.</summary>
    public RecordDecoder? Decoder { get; init; }
    /// <summary>Bytes of each log file to look at.</summary>
    public int MaxBytes { get; init; } = int.MaxValue;
}

/// <summary>Shows the files of logs and log directories, in the manner of kafka-dump-log, and what is wrong with them.
/// Reads only.</summary>
public sealed class LogDump(IFileSystem files, LogDumpOptions options)
{
    private const int MaxDecompressedBytes = 256 * 1024 * 1024;
    private readonly IFileSystem _files = files;

    /// <summary>Everything in a file; for a directory, in all files of it that are known.</summary>
    /// <returns>Lines, of which those with <see cref="DumpLine.IsProblem"/> tell of damage.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public IEnumerable<DumpLine> Read(string path)
    {
        if (_files.DirectoryExists(path))
            return _files.List(path).Where(static entry => !entry.IsDirectory && Find(entry.Name) is not null)
                .SelectMany(entry => ReadFile(Path.Combine(path, entry.Name)));
        return _files.FileExists(path) ? ReadFile(path) : throw new FileNotFoundException($"There is no file {path}", path);
    }

    private IEnumerable<DumpLine> ReadFile(string path)
    {
        yield return new DumpLine("file", ("Dumping", path));
        var reader = Find(Path.GetFileName(path));
        if (reader is null)
        {
            yield return Problem(path, "of no known kind: .log, .checkpoint, .index, .timeindex, .txnindex, .snapshot, " +
                "*-checkpoint, partition.metadata, meta.properties and quorum-state are");
            yield break;
        }
        using var lines = Lazily(reader, path).GetEnumerator();
        while (Next(lines, path) is { } line)
        {
            yield return line;
            if (line.Kind == "unreadable")
                yield break;
        }
    }

    // Some files are read as a whole: only when the first line is asked for, so that damage is met in one place.
    private IEnumerable<DumpLine> Lazily(Func<LogDump, string, IEnumerable<DumpLine>> reader, string path)
    {
        foreach (var line in reader(this, path))
            yield return line;
    }

    // Damage ends the file, and not those that follow.
    private static DumpLine? Next(IEnumerator<DumpLine> lines, string path)
    {
        try
        {
            return lines.MoveNext() ? lines.Current : null;
        }
        catch (Exception error) when (error is CorruptLogException or CorruptRecordException)
        {
            return new DumpLine("unreadable", ("problem", error is CorruptLogException ? error.Message : $"{path}: {error.Message}"))
            {
                IsProblem = true,
            };
        }
    }

    private static Func<LogDump, string, IEnumerable<DumpLine>>? Find(string name)
    {
        foreach (var suffix in (ReadOnlySpan<string>)[".deleted", ".cleaned", ".swap"])
            name = name.EndsWith(suffix, StringComparison.Ordinal) ? name[..^suffix.Length] : name;
        return name switch
        {
            "leader-epoch-checkpoint" => static (dump, path) => StoredFiles.ReadLeaderEpochs(dump._files, path).Select(static entry =>
                new DumpLine("leaderEpoch", ("epoch", entry.Epoch), ("startOffset", entry.StartOffset))),
            "partition.metadata" or "meta.properties" or "quorum-state" or "transaction-index-checksums"
                or CleanShutdownFile.FileName =>
                static (dump, path) => dump.ReadText(path),
            _ when name.EndsWith("-checkpoint", StringComparison.Ordinal) => static (dump, path) => dump.ReadOffsets(path),
            _ => Path.GetExtension(name) switch
            {
                ".log" or ".checkpoint" => static (dump, path) => dump.ReadLog(path),
                ".index" => static (dump, path) => dump.ReadOffsetIndex(path),
                ".timeindex" => static (dump, path) => dump.ReadTimeIndex(path),
                ".txnindex" => static (dump, path) => StoredFiles.ReadTransactionIndex(dump._files, path).Select(static aborted =>
                    new DumpLine("abortedTransaction", ("producerId", aborted.ProducerId), ("firstOffset", aborted.FirstOffset),
                        ("lastOffset", aborted.LastOffset), ("lastStableOffset", aborted.LastStableOffset))),
                ".snapshot" => static (dump, path) => StoredFiles.ReadProducerSnapshot(dump._files, path).Select(ProducerLine),
                _ => null,
            },
        };
    }

    private IEnumerable<DumpLine> ReadLog(string path)
    {
        if (long.TryParse(Path.GetFileName(path).Split('.')[0].Split('-')[0], out var baseOffset))
            yield return new DumpLine("log", ("Log starting offset", baseOffset));
        var decoder = options.Decoder ?? RecordDecoders.For(Path.GetDirectoryName(Path.GetFullPath(path)) ?? "");
        var stopped = -1;
        var next = long.MinValue;
        foreach (var batch in StoredFiles.ReadBatches(_files, path, options.MaxBytes, at => stopped = at))
        {
            yield return BatchLine(batch, isInOrder: batch.Header.BaseOffset >= next);
            next = batch.Header.NextOffset;
            if (options.WithRecords || options.WithData)
            {
                foreach (var record in ReadRecords(batch, decoder))
                    yield return record;
            }
        }
        if (stopped >= 0)
            yield return Problem(path, $"no whole batch begins at position {stopped}");
    }

    private static DumpLine BatchLine(in StoredBatch batch, bool isInOrder)
    {
        var header = batch.Header;
        var line = new DumpLine("batch",
            ("baseOffset", header.BaseOffset), ("lastOffset", header.LastOffset), ("count", header.RecordCount),
            ("baseSequence", header.BaseSequence), ("lastSequence", header.LastSequence), ("producerId", header.ProducerId),
            ("producerEpoch", header.ProducerEpoch), ("partitionLeaderEpoch", header.PartitionLeaderEpoch),
            ("isTransactional", header.IsTransactional), ("isControl", header.IsControl),
            ("deleteHorizonMs", header.HasDeleteHorizon ? header.BaseTimestamp : null), ("position", batch.Position),
            (TimeName(header), header.MaxTimestamp), ("size", header.SizeInBytes), ("magic", header.Magic),
            ("compresscodec", header.Compression.ToString().ToLowerInvariant()), ("crc", header.Crc),
            ("isvalid", batch.IsCrcValid), ("isInOrder", isInOrder));
        return line with { IsProblem = !batch.IsCrcValid || !isInOrder };
    }

    private List<DumpLine> ReadRecords(in StoredBatch batch, RecordDecoder decoder)
    {
        var lines = new List<DumpLine>();
        var header = batch.Header;
        using var records = RecordBatch.Parse(batch.Bytes).Records(MaxDecompressedBytes);
        foreach (var record in records)
            lines.Add(RecordLine(record, header, decoder));
        return lines;
    }

    private DumpLine RecordLine(Record record, in RecordBatchHeader header, RecordDecoder decoder)
    {
        var values = new List<(string, object?)>
        {
            ("offset", record.Offset), (TimeName(header), record.Timestamp), ("keySize", record.Key?.Length ?? -1),
            ("valueSize", record.Value?.Length ?? -1),
            ("sequence", header.BaseSequence < 0 ? -1 : RecordBatchHeader.AddSequence(header.BaseSequence, (int)(record.Offset - header.BaseOffset))),
            ("headerKeys", record.Headers.ToArray().Select(static h => h.Key).ToList()),
        };
        if (options.WithData)
            values.AddRange(RecordDecoders.Decode(decoder, record, header.IsControl));
        return new DumpLine("record", values) { IsDetail = true };
    }

    // An entry names the last offset of the batch that begins at its position.
    private IEnumerable<DumpLine> ReadOffsetIndex(string path)
    {
        var batches = LogBeside(path, ".index") is { } log
            ? StoredFiles.ReadBatches(_files, log).ToDictionary(static batch => batch.Position, static batch => batch.Header.LastOffset)
            : null;
        foreach (var (offset, position) in StoredFiles.ReadOffsetIndex(_files, path))
        {
            yield return new DumpLine("offsetIndexEntry", ("offset", offset), ("position", position));
            if (batches is not null && (!batches.TryGetValue(position, out var last) || last != offset))
                yield return Problem(path, $"no batch that ends at offset {offset} begins at position {position} of the log");
        }
    }

    private IEnumerable<DumpLine> ReadTimeIndex(string path)
    {
        var previous = new TimeIndexEntry(-1, -1);
        foreach (var entry in StoredFiles.ReadTimeIndex(_files, path))
        {
            yield return new DumpLine("timeIndexEntry", ("timestamp", entry.Timestamp), ("offset", entry.Offset));
            if (entry.Timestamp <= previous.Timestamp || entry.Offset < previous.Offset)
                yield return Problem(path, $"timestamp {entry.Timestamp} at offset {entry.Offset} is not behind the one before it");
            previous = entry;
        }
    }

    private IEnumerable<DumpLine> ReadOffsets(string path) => new OffsetCheckpoint(_files, path).Read().OrderBy(static entry => entry.Key)
        .Select(static entry => new DumpLine("offset", ("topic", entry.Key.Topic), ("partition", entry.Key.Partition), ("offset", entry.Value)));

    private IEnumerable<DumpLine> ReadText(string path)
    {
        var text = Encoding.UTF8.GetString(AtomicFile.Read(_files, path) ?? []);
        return text.Split('\n').Where(static line => line.Length > 0).Select(static line => new DumpLine("text", ("line", line)));
    }

    private string? LogBeside(string path, string suffix) =>
        path.Replace(suffix, ".log", StringComparison.Ordinal) is var log && _files.FileExists(log) ? log : null;

    private static DumpLine ProducerLine(StoredProducer producer) => new("producer",
        ("producerId", producer.ProducerId), ("producerEpoch", producer.Epoch), ("coordinatorEpoch", producer.CoordinatorEpoch),
        ("currentTxnFirstOffset", producer.CurrentTxnFirstOffset < 0 ? null : producer.CurrentTxnFirstOffset),
        ("lastTimestamp", producer.LastTimestamp), ("firstSequence", producer.FirstSequence),
        ("lastSequence", producer.LastSequence), ("lastOffset", producer.LastOffset));

    private static string TimeName(in RecordBatchHeader header) => header.IsLogAppendTime ? "LogAppendTime" : "CreateTime";

    private static DumpLine Problem(string path, string problem) =>
        new("problem", ("problem", $"{path}: {problem}")) { IsProblem = true };
}
