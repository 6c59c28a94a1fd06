using Platform.Storage;
using Platform.Testing;

namespace Platform.Storage.Tests.Compaction;

/// <summary>Goal: a crash at any moment of compaction leaves either the old segments or the new one. Method: the disk
/// fails at the nth operation and all after it, for every n; then the node starts again.</summary>
public sealed class CleanerCrashTests
{
    private const int OperationsMax = 2000;
    private static readonly DiskOperation[] Changes =
    [
        DiskOperation.Open, DiskOperation.Write, DiskOperation.Flush, DiskOperation.SetLength, DiskOperation.Move,
        DiskOperation.Delete, DiskOperation.SyncDirectory,
    ];

    [Theory, InlineData(false), InlineData(true)]
    public void A_crash_at_any_file_operation_loses_no_newest_record(bool losesPower)
    {
        var crashes = 0;
        for (var at = 1; at < OperationsMax && CrashAt(at, losesPower); at++)
            crashes++;

        Assert.InRange(crashes, 30, OperationsMax - 2);
    }

    // False when compaction ended before its nth operation.
    private static bool CrashAt(int operation, bool losesPower)
    {
        var harness = Dirty();
        var before = harness.ReadAll();
        var count = 0;
        harness.Files.Fault = (kind, _) =>
            Changes.Contains(kind) && ++count >= operation ? new IOException("the process is gone") : null;
        var crashed = false;
        try
        {
            harness.Clean();
        }
        catch (IOException)
        {
            crashed = true;
        }
        crashed |= count >= operation;
        harness.Files.Fault = null;

        harness.Restart(crash: losesPower ? new Random(operation) : null);

        CheckNewest(before, harness, operation);
        Assert.DoesNotContain(harness.FileNames(), IsLeftOver);
        harness.CleanAll();
        CheckNewest(before, harness, operation);
        Assert.Equal(["k0", "k1", "k2", "k3", "last"], harness.ReadAll().Select(record => record.Key).Order());
        Assert.Single(harness.Log.AbortedTransactions(0, harness.Log.LogEndOffset), a => a.ProducerId == 8);
        return crashed;
    }

    // Two groups of several segments, with something to drop in each, an aborted transaction, and everything flushed.
    private static CleanerHarness Dirty()
    {
        var harness = new CleanerHarness(CleanerHarness.Compacted with { SegmentBytes = 900 });
        for (var i = 0; i < 16; i++)
            harness.Put(($"k{i % 4}", new string('v', 90) + i));
        harness.PutTransactional(8, 0, ("k0", "aborted"));
        harness.Append(TestBatches.Abort(8, 0), AppendOrigin.Coordinator);
        harness.Put(("last", "1"));
        harness.Roll();
        harness.Log.Flush();
        harness.Manager.CheckpointRecoveryPoints();
        return harness;
    }

    private static void CheckNewest(List<Stored> before, CleanerHarness harness, int operation)
    {
        var committed = before.Where(record => record.Value != "aborted").ToList();
        var found = harness.ReadAll().Where(record => record.Value != "aborted").ToList();
        Assert.All(found, record => Assert.Contains(record, committed));
        Assert.Equal(found.DistinctBy(record => record.Offset).Count(), found.Count);
        foreach (var newest in committed.GroupBy(record => record.Key).Select(records => records.Last()))
            Assert.True(found.Contains(newest), $"operation {operation}: {newest} is lost");
        Assert.Equal(19, harness.Log.LogEndOffset);
    }

    private static bool IsLeftOver(string name) =>
        name.EndsWith(".cleaned", StringComparison.Ordinal) || name.EndsWith(".swap", StringComparison.Ordinal);
}
