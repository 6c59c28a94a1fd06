using Platform.Protocol.Records;

namespace Platform.Storage.Tests.Damage;

/// <summary>One damaged file: which, what was done to it, and where.</summary>
internal sealed record FileDamage(string Path, string Kind, int Position, byte[]? Content)
{
    private static readonly string[] Kinds = ["flip", "bit", "cut", "torn", "zero", "garbage", "gone"];

    /// <summary>The fields of a batch, each of which is hit as often as all of its records.</summary>
    private static readonly int[] Fields =
    [
        0, RecordBatchHeader.LengthPosition, RecordBatchHeader.PartitionLeaderEpochPosition,
        RecordBatchHeader.MagicPosition, RecordBatchHeader.MagicPosition + 1, RecordBatchHeader.LastOffsetDeltaPosition - 2,
        RecordBatchHeader.LastOffsetDeltaPosition, RecordBatchHeader.MaxTimestampPosition, RecordBatchHeader.Size - 4,
        RecordBatchHeader.Size,
    ];

    /// <summary>Extension or name: the kind of file.</summary>
    public string FileKind => System.IO.Path.GetExtension(Path) is { Length: > 0 } extension && Path.Contains('-')
        && extension != ".properties" && !Path.EndsWith("checkpoint", StringComparison.Ordinal)
        ? extension
        : System.IO.Path.GetFileName(Path);

    /// <summary>True when records themselves were hit.</summary>
    public bool HitsRecords => Path.EndsWith(".log", StringComparison.Ordinal);

    /// <summary>Damages one file, each kind of file as often as every other.</summary>
    public static FileDamage Random(IReadOnlyDictionary<string, byte[]> files, Random random)
    {
        var kinds = files.Keys.GroupBy(static path => new FileDamage(path, "", 0, null).FileKind)
            .OrderBy(static kind => kind.Key, StringComparer.Ordinal).ToList();
        // Records are most of what there is.
        var ofKind = random.Next(3) == 0 ? kinds.Find(static kind => kind.Key == ".log")! : kinds[random.Next(kinds.Count)];
        var path = ofKind.Order(StringComparer.Ordinal).ElementAt(random.Next(ofKind.Count()));
        // A whole segment that is gone may have been retention's: nobody can tell.
        var kindOfDamage = Kinds[random.Next(path.EndsWith(".log", StringComparison.Ordinal) ? Kinds.Length - 1 : Kinds.Length)];
        var before = files[path];
        var position = before.Length == 0 ? 0 : path.EndsWith(".log", StringComparison.Ordinal) && random.Next(2) == 0
            ? InBatch(before, random)
            : random.Next(before.Length);
        return new FileDamage(path, kindOfDamage, position, Apply(before, kindOfDamage, position, random));
    }

    public override string ToString() => $"{Kind} at {Position} of {Path}";

    private static byte[]? Apply(byte[] before, string kind, int position, Random random)
    {
        var after = before.ToArray();
        switch (kind)
        {
            case "gone":
                return null;
            case "cut":
                return after[..position];
            case "garbage":
                var garbage = new byte[random.Next(1, 100)];
                random.NextBytes(garbage);
                return [.. after, .. garbage];
            case "torn":
                after.AsSpan(position).Clear();
                return after;
            case "zero":
                after.AsSpan(position, Math.Min(16, after.Length - position)).Clear();
                return after;
            default:
                if (after.Length > 0)
                    after[position] ^= kind == "bit" ? (byte)(1 << random.Next(8)) : (byte)random.Next(1, 256);
                return after;
        }
    }

    private static int InBatch(byte[] log, Random random)
    {
        var starts = new List<int>();
        for (var at = 0; at < log.Length;)
        {
            starts.Add(at);
            at += RecordBatchHeader.Read(log.AsSpan(at)).SizeInBytes;
        }
        // The first and the last batch are places of their own.
        var start = random.Next(3) switch { 0 => starts[0], 1 => starts[^1], _ => starts[random.Next(starts.Count)] };
        return Math.Min(start + Fields[random.Next(Fields.Length)] + random.Next(2), log.Length - 1);
    }
}
