using Platform.Protocol.Records;
using Platform.Storage;

namespace Platform.Storage.Tests.Compaction;

/// <summary>Goal: after any history a reader of the whole log finds the newest value of every key, each record as it
/// was written. Method: random records, tombstones, codecs, passes, restarts and clocks, compared with a
/// dictionary.</summary>
public sealed class CleanerModelTests
{
    private const int Steps = 120;
    private readonly List<Stored> _written = [];

    [Theory]
    [InlineData(1), InlineData(2), InlineData(3), InlineData(4), InlineData(5), InlineData(6), InlineData(7)]
    [InlineData(8), InlineData(9), InlineData(10), InlineData(11), InlineData(12)]
    public void A_reader_of_a_compacted_log_finds_the_newest_value_of_every_key(int seed)
    {
        var random = new Random(seed);
        var harness = new CleanerHarness(CleanerHarness.Compacted with { SegmentBytes = random.Next(300, 2000) });
        for (var step = 0; step < Steps; step++)
        {
            var choice = random.Next(100);
            if (choice < 60)
                Append(harness, random);
            else if (choice < 75)
                Clean(harness, random);
            else if (choice < 85)
                harness.NowMs += random.Next(700);
            else if (choice < 90)
                harness.Roll();
            else if (choice < 94)
                Restart(harness, random);
            Check(harness, $"seed {seed}, step {step}");
        }
        harness.CleanAll();
        Check(harness, $"seed {seed}, end");
    }

    private void Append(CleanerHarness harness, Random random)
    {
        var records = new (string? Key, string? Value)[random.Next(1, 8)];
        for (var i = 0; i < records.Length; i++)
            records[i] = ($"k{random.Next(12)}", random.Next(5) == 0 ? null : new string('v', random.Next(40)) + i);
        var first = harness.Put((CompressionType)random.Next(5), records);
        for (var i = 0; i < records.Length; i++)
            _written.Add(new Stored(first + i, records[i].Key, records[i].Value, harness.NowMs));
    }

    private static void Clean(CleanerHarness harness, Random random)
    {
        if (random.Next(2) == 0)
            harness.Roll();
        harness.Manager.Cleaner.Options = new LogCleanerOptions
        {
            MapBytes = OffsetMap.SlotBytes * random.Next(9, 60), BufferBytes = random.Next(1, 1000),
        };
        harness.Clean();
    }

    // Kills lose nothing; what a power cut may lose is the business of CleanerCrashTests.
    private static void Restart(CleanerHarness harness, Random random)
    {
        if (random.Next(2) == 0)
            harness.Manager.CheckpointRecoveryPoints();
        harness.Restart(isClean: random.Next(2) == 0);
    }

    private void Check(CleanerHarness harness, string place)
    {
        var found = harness.ReadAll();
        var byOffset = _written.ToDictionary(record => record.Offset);
        Assert.All(found, record => Assert.Equal(byOffset[record.Offset], record));
        Assert.Equal(found.Select(record => record.Offset).Order(), found.Select(record => record.Offset));
        Assert.True(harness.Log.LogEndOffset == _written.Count, place);
        CheckNewest(harness, found, place);
        CheckCleaned(harness, found, place);
    }

    private void CheckNewest(CleanerHarness harness, List<Stored> found, string place)
    {
        var offsets = found.Select(record => record.Offset).ToHashSet();
        foreach (var newest in _written.GroupBy(record => record.Key).Select(records => records.Last()))
        {
            if (offsets.Contains(newest.Offset))
                continue;
            // Only a tombstone may be missing, and none sooner than the retention after it was written.
            Assert.True(newest.Value is null, $"{place}: {newest} is lost");
            Assert.True(harness.NowMs >= newest.Timestamp + harness.Config.DeleteRetentionMs, $"{place}: {newest}");
            Assert.DoesNotContain(found, record => record.Key == newest.Key);
        }
    }

    private static void CheckCleaned(CleanerHarness harness, List<Stored> found, string place)
    {
        var cleaned = found.Where(record => record.Offset < (harness.Log.CleanedOffset ?? 0)).ToList();
        Assert.True(cleaned.DistinctBy(record => record.Key).Count() == cleaned.Count, $"{place}: a key is there twice");
    }
}
