using Platform.Chaos.Faults;
using Platform.Chaos.History;
using Platform.Chaos.Nodes;
using Platform.Protocol;
using Platform.Protocol.Records;

namespace Platform.Chaos.Scenarios;

/// <summary>Disks fill up, fail, lose power and lie; clocks jump.</summary>
public static class DiskScenarios
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new("disk-full", "The disk of a leader is full for a while (F14).", FillAsync)
        {
            Shape = new ClusterShape { Disk = DiskKind.Small },
            Lacks = LacksMounts,
        },
        new("eio", "Writes, then flushes of a broker's disk fail with EIO; it is replaced and starts again (F17).", FailCallsAsync)
        {
            Shape = new ClusterShape { CanFailCalls = true },
            Lacks = LacksCompiler,
        },
        new("log-dir", "One of a broker's two log directories fails with EIO; the other serves (KIP-858).", FailDirectoryAsync)
        {
            Shape = new ClusterShape { CanFailCalls = true, TwoLogDirs = true },
            Lacks = LacksCompiler,
        },
        new("move-dirs", "Replicas move between the log directories of brokers, which are killed meanwhile (KIP-113).", MoveAsync)
        {
            Shape = new ClusterShape
            {
                TwoLogDirs = true,
                // Slow enough that a kill falls into the copying.
                Settings = new Dictionary<string, string> { ["replica.alter.log.dirs.io.max.bytes.per.second"] = "300000" },
            },
        },
        new("power-cut", "The power of a leader fails: what it did not flush is gone (F18).", CutPowerAsync)
        {
            Shape = new ClusterShape { Disk = DiskKind.Own },
            Lacks = LacksMounts,
        },
        new("corruption", "Bits flip in the files of a follower while it is down (F20).", CorruptAsync),
        new("wipe", "A broker comes back with an empty disk (F30).", WipeAsync) { Shape = ClusterShape.Dedicated },
        new("clock", "The wall clock of a broker jumps by an hour, forth and back (F22).", JumpAsync)
        {
            Shape = new ClusterShape { CanFailCalls = true },
            Lacks = LacksCompiler,
        },
    ];

    private static string? LacksMounts() => Network.IsPrivate ? null : "a mount namespace of its own";

    private static string? LacksCompiler() => FailingCalls.IsPossible ? null : "gcc";

    private static async Task FillAsync(Nemesis nemesis)
    {
        var node = await nemesis.LeaderOfAsync(Nemesis.Prey);
        // A log directory without space may go offline, and with it a node that has no other.
        node.MayEnd();
        await nemesis.BreakAsync($"the disk of node {node.Id}, a leader, is full", tolerable: true, node.Disk.FillAsync,
            Nemesis.FailoverTime, () =>
            {
                node.Disk.Free();
                return Task.CompletedTask;
            });
        await RestartIfEndedAsync(nemesis, node);
    }

    private static async Task FailCallsAsync(Nemesis nemesis)
    {
        foreach (var orders in new[] { "eio-write", "eio-sync" })
        {
            var node = await nemesis.LeaderOfAsync(Nemesis.Prey);
            node.MayEnd();
            await nemesis.BreakAsync($"node {node.Id}, a leader: {orders}", tolerable: true, () =>
            {
                FailingCalls.Set(nemesis.Cluster, node, orders);
                return Task.CompletedTask;
            }, Nemesis.FailoverTime, () => node.KillAsync());
            FailingCalls.Set(nemesis.Cluster, node, "");
            await RestartIfEndedAsync(nemesis, node);
        }
    }

    // The node must not end, and is killed only when its directory is to come back.
    private static async Task FailDirectoryAsync(Nemesis nemesis)
    {
        var node = nemesis.AnyBroker();
        await nemesis.BreakAsync($"the second log directory of node {node.Id} fails", tolerable: true, () =>
        {
            FailingCalls.Set(nemesis.Cluster, node, "eio-write eio-sync");
            return Task.CompletedTask;
        }, Nemesis.FailoverTime, () => node.KillAsync());
        FailingCalls.Set(nemesis.Cluster, node, "");
        node.Start();
        await nemesis.WhenInSyncAsync(TimeSpan.FromSeconds(60));
    }

    private static async Task MoveAsync(Nemesis nemesis)
    {
        var node = nemesis.AnyBroker();
        var isKilled = nemesis.Random.Next(2) == 0;
        await nemesis.BreakAsync(
            $"replicas of node {node.Id} move to its other log directory{(isKilled ? ", and it is killed" : "")}", tolerable: true,
            async () =>
            {
                await SwapDirectoriesAsync(nemesis, node);
                await nemesis.PauseAsync(nemesis.Random.NextDouble() * 2);
                if (isKilled)
                    await node.KillAsync();
            }, TimeSpan.FromSeconds(1), () =>
            {
                if (isKilled)
                    node.Start();
                return Task.CompletedTask;
            });
        await nemesis.WhenInSyncAsync(TimeSpan.FromSeconds(60));
        await WhenArrivedAsync(nemesis, node);
    }

    // Half of what it has, wherever that lies.
    private static async Task SwapDirectoriesAsync(Nemesis nemesis, ChaosNode node)
    {
        var wanted = new Dictionary<TopicPartition, string>();
        foreach (var directory in await nemesis.Admin.DescribeLogDirsAsync(node.Id))
        {
            var other = directory.Path == node.Disk.LogDir ? node.Disk.SecondLogDir : node.Disk.LogDir;
            foreach (var replica in directory.Replicas.Where(replica => !replica.IsFuture && nemesis.Random.Next(2) == 0))
                wanted[replica.Partition] = other;
        }
        foreach (var answer in await nemesis.Admin.AlterReplicaLogDirsAsync(node.Id, wanted))
            if (answer.Error != ErrorCode.None)
                nemesis.Count($"AlterReplicaLogDirs: {answer.Error}");
    }

    private static async Task WhenArrivedAsync(Nemesis nemesis, ChaosNode node)
    {
        var deadline = Recorder.NowUs + 120_000_000;
        while ((await nemesis.Admin.DescribeLogDirsAsync(node.Id)).Any(directory => directory.Replicas.Any(r => r.IsFuture)))
        {
            if (Recorder.NowUs > deadline)
                throw new TimeoutException($"replicas of node {node.Id} are on their way to another log directory for ever");
            await nemesis.PauseAsync(0.2);
        }
    }

    private static async Task CutPowerAsync(Nemesis nemesis)
    {
        var node = await nemesis.LeaderOfAsync(Nemesis.Prey);
        node.MayEnd();
        await nemesis.BreakAsync($"the power of node {node.Id}, a leader, fails", tolerable: true, async () =>
        {
            node.Disk.CutPower();
            await node.KillAsync();
        }, Nemesis.FailoverTime, async () =>
        {
            await node.Disk.PowerOnAsync();
            node.Start();
        });
        await nemesis.WhenInSyncAsync(TimeSpan.FromSeconds(60));
    }

    private static async Task CorruptAsync(Nemesis nemesis)
    {
        var node = await nemesis.FollowerOfAsync(Nemesis.Prey);
        await nemesis.BreakAsync($"bits flip in the logs of node {node.Id}, a follower, which was killed", tolerable: false, async () =>
        {
            await node.KillAsync();
            foreach (var topic in Topics.All)
                Flip(nemesis, Path.Combine(node.Disk.LogDir, $"{topic}-0"));
        }, TimeSpan.FromSeconds(2), () =>
        {
            node.Start();
            return Task.CompletedTask;
        });
        await nemesis.WhenInSyncAsync(TimeSpan.FromSeconds(60));
    }

    // Somewhere in what the CRC of one of the last batches covers. Offset, length and leader epoch lie outside of it, as in
    // Kafka: a flipped epoch cannot be told from a right one.
    private static void Flip(Nemesis nemesis, string folder)
    {
        var file = Directory.GetFiles(folder, "*.log").Order(StringComparer.Ordinal).Last();
        var bytes = File.ReadAllBytes(file);
        var batches = new List<(int Start, int End)>();
        var position = 0;
        foreach (var batch in RecordBatches.In(bytes))
            batches.Add((position, position += batch.Bytes.Length));
        if (batches.Count == 0)
            return;
        var (start, end) = batches[^(1 + nemesis.Random.Next(Math.Min(10, batches.Count)))];
        bytes[nemesis.Random.Next(start + RecordBatchHeader.AttributesPosition, end)] ^= (byte)(1 << nemesis.Random.Next(8));
        File.WriteAllBytes(file, bytes);
    }

    private static async Task WipeAsync(Nemesis nemesis)
    {
        var node = nemesis.AnyBroker();
        await nemesis.BreakAsync($"node {node.Id} loses its disk", tolerable: true, async () =>
        {
            await node.KillAsync();
            node.Disk.Wipe();
        }, Nemesis.FailoverTime, () =>
        {
            node.Start();
            return Task.CompletedTask;
        });
        await nemesis.WhenInSyncAsync(TimeSpan.FromSeconds(60));
    }

    private static async Task JumpAsync(Nemesis nemesis)
    {
        var node = await nemesis.LeaderOfAsync(Nemesis.Prey);
        foreach (var seconds in new[] { 3600, -3600 })
            await nemesis.BreakAsync($"the clock of node {node.Id}, a leader, jumps by {seconds} s", tolerable: true, () =>
            {
                FailingCalls.Set(nemesis.Cluster, node, $"clock {seconds}");
                return Task.CompletedTask;
            }, TimeSpan.FromSeconds(4), () =>
            {
                FailingCalls.Set(nemesis.Cluster, node, "");
                return Task.CompletedTask;
            });
        await nemesis.WhenInSyncAsync(TimeSpan.FromSeconds(60));
    }

    private static async Task RestartIfEndedAsync(Nemesis nemesis, ChaosNode node)
    {
        await nemesis.PauseAsync(2);
        // One that has lost its directory may be on its way to the end still.
        await nemesis.WhenInSyncAsync(TimeSpan.FromSeconds(60), mayEnd: node);
    }
}
