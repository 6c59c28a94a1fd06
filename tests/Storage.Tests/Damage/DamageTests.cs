using System.Globalization;
using Platform.Protocol;
using Platform.Storage;
using Platform.Testing;
using Xunit.Abstractions;

namespace Platform.Storage.Tests.Damage;

/// <summary>
/// Goal: whatever happens to one file, readers never get wrong data. Method: a random directory with every kind of file;
/// one file is damaged in a random way at a random place; then the directory is opened and read. Either all is there; or
/// the tail, as far as it had not been flushed, is gone; or the log, or the read, is refused with a message that names
/// the file. DAMAGE_CASES raises the count, DAMAGE_SEED begins elsewhere.
/// </summary>
public sealed class DamageTests(ITestOutputHelper output)
{
    private const int DefaultCases = 1000;
    private const int CasesPerHistory = 25;

    private static readonly int Cases = FromEnvironment("DAMAGE_CASES", DefaultCases);
    private static readonly int FirstSeed = FromEnvironment("DAMAGE_SEED", 1);

    // Markers below the recovery point that were damaged: the refusal did not name the file.
    private static readonly int[] SeedsThatFailed = [245, 366, 549, 762, 779];

    private readonly SortedDictionary<string, int[]> _counts = new(StringComparer.Ordinal);
    private readonly List<string> _wrong = [];

    private enum Found
    {
        Everything,
        Prefix,
        Refused,
    }

    [Fact]
    public void Damage_to_any_file_gives_everything_or_a_valid_prefix_or_a_refusal_and_never_wrong_data()
    {
        foreach (var seed in SeedsThatFailed.Concat(Enumerable.Range(FirstSeed, Cases / CasesPerHistory)))
        {
            var random = new Random(seed);
            var history = new StoredHistory(random, isClean: random.Next(2) == 0);
            for (var i = 0; i < CasesPerHistory; i++)
            {
                var damage = FileDamage.Random(history.Files, random);
                try
                {
                    Count(damage, Examine(history, damage));
                }
                catch (Exception error)
                {
                    _wrong.Add($"DAMAGE_SEED={seed}, case {i}, {(history.IsClean ? "closed" : "killed")}: {damage}: {error}");
                }
            }
        }

        Report();
        Assert.Empty(_wrong);
        Assert.All(Enum.GetValues<Found>(), found => Assert.True(_counts.Values.Sum(c => c[(int)found]) > 0, $"{found}"));
    }

    private static Found Examine(StoredHistory history, FileDamage damage)
    {
        var files = Restore(history, damage);
        LogManager manager;
        try
        {
            manager = StoredHistory.Open(files);
            manager.LoadLogs(nowMs: 0);
        }
        catch (Exception error) when (error is CorruptLogException or LogDirectoryException)
        {
            Assert.Contains(Path.GetDirectoryName(damage.Path)!, error.Message, StringComparison.Ordinal);
            return Found.Refused;
        }
        using (manager)
        {
            var log = manager.Get(StoredHistory.Partition);
            Assert.NotNull(log);
            log.UpdateHighWatermark(log.LogEndOffset);
            var isWhole = CheckRecords(history, damage, log);
            CheckCommitted(history, log, isWhole);
            if (isWhole is not { } whole)
                return Found.Refused;
            if (whole)
                CheckProducer(history, log);
            Assert.Equal(log.LogEndOffset, log.AppendAsLeader(TestBatches.Of("next"), 99, AppendOrigin.Client, 1000).FirstOffset);
            return whole ? Found.Everything : Found.Prefix;
        }
    }

    // True when all is there, false when it ends early, null when reading was refused at some offset.
    private static bool? CheckRecords(StoredHistory history, FileDamage damage, UnifiedLog log)
    {
        var next = log.LogStartOffset;
        var records = LogReader.Read(log, FetchIsolation.LogEnd, out var refused);
        foreach (var (offset, value) in records)
        {
            Assert.Equal(history.ValueAt(offset), value);
            Assert.Empty(history.Records(next, offset));
            next = offset + 1;
        }
        if (refused)
            return damage.HitsRecords ? null : throw new InvalidOperationException("records are refused that were not hit");
        Assert.Empty(history.Records(next, log.LogEndOffset));
        if (log.LogEndOffset >= history.EndOffset)
        {
            var isHidden = log.LogStartOffset > history.LogStartOffset;
            // Kafka's text has no checksum: a digit that changed hides records, which stay on disk.
            Assert.True(!isHidden || damage.Path.EndsWith(OffsetCheckpoint.LogStartFile, StringComparison.Ordinal), "records are hidden");
            return !isHidden;
        }
        // Only what was not on disk for certain may be cut, and only because of damage to it; or to what says how much was.
        var mayBeCut = damage.HitsRecords || damage.Path.EndsWith(OffsetCheckpoint.LogStartFile, StringComparison.Ordinal);
        Assert.True(mayBeCut, "the log was cut although its records are whole");
        Assert.True(log.LogEndOffset >= history.FlushedOffset, "records were cut that had been flushed");
        return false;
    }

    private static void CheckCommitted(StoredHistory history, UnifiedLog log, bool? isWhole)
    {
        var seen = LogReader.Read(log, FetchIsolation.TxnCommitted, out var refused);
        foreach (var (offset, value) in seen)
        {
            Assert.Equal(history.ValueAt(offset), value);
            Assert.True(history.OutcomeOf(offset) is not (Outcome.Aborted or Outcome.Open), $"offset {offset} is not committed");
        }
        if (isWhole == true && !refused)
            Assert.Equal(
                history.Records(log.LogStartOffset, log.LastStableOffset)
                    .Where(offset => history.OutcomeOf(offset) is Outcome.None or Outcome.Committed),
                seen.Select(record => record.Offset));
    }

    // Its state may come from a snapshot, or from the records.
    private static void CheckProducer(StoredHistory history, UnifiedLog log)
    {
        var repeated = log.AppendAsLeader(history.LastIdempotent.ToArray(), 99, AppendOrigin.Client, 1000);
        Assert.True(repeated.IsDuplicate, $"a batch that is there was taken again: {repeated.Error}");
        var following = TestBatches.Idempotent(StoredHistory.IdempotentProducer, 0, history.NextSequence);
        Assert.Equal(ErrorCode.None, log.AppendAsLeader(following, 99, AppendOrigin.Client, 1000).Error);
    }

    private static MemoryFileSystem Restore(StoredHistory history, FileDamage damage)
    {
        var files = new MemoryFileSystem();
        files.CreateDirectory($"{StoredHistory.Root}/{StoredHistory.Partition}");
        foreach (var (path, content) in history.Files)
        {
            if (path != damage.Path)
                files.WriteAllBytes(path, content);
            else if (damage.Content is { } damaged)
                files.WriteAllBytes(path, damaged);
        }
        return files;
    }

    private void Count(FileDamage damage, Found found)
    {
        if (!_counts.TryGetValue(damage.FileKind, out var counts))
            _counts[damage.FileKind] = counts = new int[3];
        counts[(int)found]++;
    }

    private void Report()
    {
        _wrong.ForEach(output.WriteLine);
        output.WriteLine($"{Cases} cases; by file: everything there, prefix, refused");
        foreach (var (kind, counts) in _counts)
            output.WriteLine($"{kind,-40} {counts[0],6} {counts[1],6} {counts[2],6}");
    }

    private static int FromEnvironment(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : otherwise;
}
