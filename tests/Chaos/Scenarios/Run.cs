using Platform.Chaos.Checks;
using Platform.Chaos.Faults;
using Platform.Chaos.History;
using Platform.Chaos.Nodes;
using Platform.Chaos.Reporting;
using Platform.Chaos.Workloads;
using Platform.Client.Admin;
using Platform.Protocol;

namespace Platform.Chaos.Scenarios;

/// <summary>One run of a scenario: a new cluster, load, faults, healing, final reads, checks.</summary>
public sealed class Run(Scenario scenario, TimeSpan duration, int seed, string folder)
{
    private const int MinAcknowledged = 20;
    private static readonly TimeSpan SteadyTime = TimeSpan.FromSeconds(3), AfterHealing = TimeSpan.FromSeconds(3), EndLimit = TimeSpan.FromSeconds(120);
    private readonly Recorder _recorder = new();
    private readonly Random _random = new(seed);

    /// <summary>Runs; the result says what was found.</summary>
    public async Task<RunResult> ExecuteAsync()
    {
        Directory.CreateDirectory(folder);
        var began = Recorder.NowUs;
        var compared = 0;
        var recoverySeconds = 0.0;
        ChaosCluster? cluster = null;
        try
        {
            cluster = await ChaosCluster.StartAsync(scenario.Shape, folder, _recorder);
            await using var admin = cluster.Admin();
            await CreateTopicsAsync(admin);
            recoverySeconds = await WorkAsync(cluster, admin);
            await FinalReader.ReadAsync(cluster, _recorder, Topics.All);
            await StopAsync(cluster, admin);
            compared = ReplicaComparison.Run(cluster, _recorder);
        }
        catch (Exception error) when (error is TimeoutException or Client.KafkaException or InvalidOperationException)
        {
            _recorder.Add(new Failure("the run", error.Message));
        }
        finally
        {
            if (cluster is not null)
                await EndAsync(cluster);
            _recorder.Save(Path.Combine(folder, "history.jsonl"));
        }
        return Result(began, compared, recoverySeconds);
    }

    private async Task EndAsync(ChaosCluster cluster)
    {
        foreach (var node in cluster.Nodes)
            foreach (var complaint in node.Complaints().Take(5))
                _recorder.Add(new Failure($"log of node {node.Id}", complaint));
        await cluster.DisposeAsync();
    }

    /// <summary>The rules that every scenario is held to.</summary>
    public static IReadOnlyList<ICheck> UsualChecks { get; } =
    [
        new NothingLost(), new NothingTwice(), new OffsetsKeepTheirRecord(), new OrderIsKept(), new ReadersGoForward(), new CommittedOffsetsStay(),
        new GroupsReadEverything(), new TransactionsAreWhole(), new AbortedStaysHidden(), new CopiesAreExact(Topics.Source, Topics.Copy),
        new NothingGoesBack(), new OneLeaderPerEpoch(), new WorkGoesOn(MinAcknowledged), new NothingStrange(),
    ];

    private async Task CreateTopicsAsync(AdminClient admin)
    {
        var brokers = scenario.Shape.Brokers.Take(3).ToArray();
        var assignments = Enumerable.Range(0, Topics.Partitions).ToDictionary(partition => partition,
            partition => (IReadOnlyList<int>)[.. brokers[(partition % 3)..], .. brokers[..(partition % 3)]]);
        var created = await admin.CreateTopicsAsync([.. Topics.All.Select(topic => new NewTopic(topic)
        {
            ReplicaAssignments = assignments,
            Configs = topic == Topics.Plain ? scenario.TopicSettings : new Dictionary<string, string?>(),
        })]);
        // On a busy machine the answer may come too late, and the client asks again.
        created.Where(topic => topic.Error != ErrorCode.TopicAlreadyExists).ToList().ThrowIfAnyFailed();
    }

    private IEnumerable<Workload> Workloads(ChaosCluster cluster)
    {
        yield return new Writer("w1", cluster, _recorder, new WriterOptions(Topics.Plain, Topics.Partitions, 200, scenario.Guarantee));
        yield return new Writer("source", cluster, _recorder, new WriterOptions(Topics.Source, Topics.Partitions, 50, Guarantee.ExactlyOnce));
        yield return new TransactionalWriter("tx1", cluster, _recorder, Topics.Transactional, Topics.Partitions, new Random(seed + 1));
        yield return new TransactionalWriter("tx2", cluster, _recorder, Topics.Transactional, Topics.Partitions, new Random(seed + 2));
        yield return new Copier("copier", cluster, _recorder, Topics.Source, Topics.Copy);
        yield return new TailReader("tail", cluster, _recorder, Topics.Plain, Topics.Partitions, committed: false);
        yield return new TailReader("tail-committed", cluster, _recorder, Topics.Transactional, Topics.Partitions, committed: true);
        yield return new GroupReader("g1", cluster, _recorder, "readers", Topics.Plain, leaves: false, new Random(seed + 3));
        yield return new GroupReader("g2", cluster, _recorder, "readers", Topics.Plain, leaves: true, new Random(seed + 4));
        yield return new Watcher("watcher", cluster, _recorder, Topics.All, ["readers", "foreign-readers", "copier"]);
        if (!ForeignClient.IsInstalled || scenario.Guarantee != Guarantee.ExactlyOnce)
            yield break;
        yield return new ForeignClient("librdkafka-w", cluster, _recorder, "write", Topics.Plain, Topics.Partitions, "100");
        yield return new ForeignClient("librdkafka-r", cluster, _recorder, "read", Topics.Transactional, Topics.Partitions, "foreign-readers");
    }

    // Workloads end here whatever happens: the next cluster has the same addresses, and must not meet them.
    private async Task<double> WorkAsync(ChaosCluster cluster, AdminClient admin)
    {
        using var stop = new CancellationTokenSource();
        var workloads = Workloads(cluster).Select(workload => Task.Run(() => workload.RunAsync(stop.Token))).ToList();
        try
        {
            var recoverySeconds = await BreakAsync(cluster, admin);
            await Task.Delay(AfterHealing);
            return recoverySeconds;
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(workloads).WaitAsync(EndLimit);
        }
    }

    // Returns the seconds from healing until all replicas were in sync.
    private async Task<double> BreakAsync(ChaosCluster cluster, AdminClient admin)
    {
        var start = Recorder.NowUs;
        while (_recorder.WrittenSince(start) == 0 && Recorder.NowUs < start + 30_000_000)
            await Task.Delay(100);
        await Task.Delay(SteadyTime);
        var nemesis = new Nemesis(cluster, _recorder, _random, admin, Recorder.NowUs + (long)duration.TotalMicroseconds);
        try
        {
            for (var rounds = 0; rounds < scenario.LeastRounds || !nemesis.IsOver; rounds++)
                await scenario.Script(nemesis);
        }
        finally
        {
            await cluster.HealAsync();
        }
        var healed = Recorder.NowUs;
        await nemesis.WhenInSyncAsync(scenario.RecoveryLimit);
        return (Recorder.NowUs - healed) / 1e6;
    }

    private async Task StopAsync(ChaosCluster cluster, AdminClient admin)
    {
        var nemesis = new Nemesis(cluster, _recorder, _random, admin, 0);
        await nemesis.WhenInSyncAsync(scenario.RecoveryLimit);
        // At once: replicas are compared as they are, not as controlled shutdowns leave them.
        await Task.WhenAll(cluster.Nodes.Where(node => node.IsRunning).Select(node => node.KillAsync()));
    }

    private RunResult Result(long beganUs, int compared, double recoverySeconds)
    {
        var evidence = new Evidence(_recorder.Snapshot());
        var checks = UsualChecks.Concat(scenario.Checks).ToList();
        if (scenario.MustBreach is { } type && checks.TrueForAll(check => check.GetType() != type))
            checks.Add((ICheck)Activator.CreateInstance(type)!);
        var verdicts = checks.Select(check => new Verdict(check, [.. check.Breaches(evidence)])).ToList();
        return new RunResult(scenario, seed, (Recorder.NowUs - beganUs) / 1e6, verdicts, Figures.Of(evidence, compared, recoverySeconds),
            _recorder.Errors, evidence.Faults);
    }
}
