using Microsoft.Extensions.Logging.Abstractions;
using Platform.Broker.Lifecycle;
using Platform.Cluster.Configuration;
using Platform.Protocol;
using Platform.Storage;
using Platform.Testing;

namespace Platform.Broker.Tests.Lifecycle;

/// <summary>When rounds of scrubbing begin.</summary>
public sealed class ScrubWorkerTests
{
    private readonly MemoryFileSystem _files = new();
    private readonly ManualTimers _time = new();
    private readonly LogManager _logs;

    public ScrubWorkerTests()
    {
        new MetaProperties("c", 1, new Uuid(0x4000, 1)).Write(_files, "/data");
        _logs = new LogManager(_files, new LogManagerOptions { LogDirectories = ["/data"], NodeId = 1 });
        var log = _logs.GetOrCreate(new TopicIdPartition(new Uuid(0x4000, 7), new TopicPartition("t", 0)), LogConfig.Default);
        log.AppendAsLeader(TestBatches.Of("a", "b"), 0, AppendOrigin.Client, 0);
        log.Roll();
        log.Flush();
        _files.Damage("/data/t-0/00000000000000000000.log", 70);
    }

    [Fact]
    public void A_round_begins_some_time_after_the_start_and_again_after_the_interval()
    {
        using var worker = Worker(new() { ["platform.scrub.interval.ms"] = "3600000" });

        Pass(ScrubWorker.InitialDelay - ScrubWorker.TickInterval);
        Assert.Equal(0, _logs.Scrubber.BytesRead);
        Pass(ScrubWorker.TickInterval);
        Wait(() => worker.Rounds == 1);
        Assert.Single(_logs.Scrubber.Corrupt);
        Pass(TimeSpan.FromMinutes(59));
        Assert.Equal(1, worker.Rounds);
        Pass(TimeSpan.FromMinutes(1));
        Wait(() => worker.Rounds == 2);
    }

    [Fact]
    public void A_rate_of_zero_turns_it_off()
    {
        using var worker = Worker(new() { ["platform.scrub.max.bytes.per.second"] = "0" });

        Pass(TimeSpan.FromDays(30));

        Assert.Equal(0, _logs.Scrubber.BytesRead);
    }

    private ScrubWorker Worker(Dictionary<string, string> settings)
    {
        var config = BrokerConfig.Parse(overrides: new Dictionary<string, string>
        {
            ["process.roles"] = "broker,controller",
            ["node.id"] = "1",
            ["controller.listener.names"] = "CONTROLLER",
            ["listeners"] = "PLAINTEXT://127.0.0.1:0,CONTROLLER://127.0.0.1:0",
            ["controller.quorum.voters"] = "1@127.0.0.1:0",
        }.Concat(settings).ToDictionary());
        return new ScrubWorker(_logs.Scrubber, () => config, _time, NullLogger.Instance);
    }

    private void Pass(TimeSpan time)
    {
        _time.Now += time;
        _time.Tick();
    }

    private static void Wait(Func<bool> condition) => Assert.True(SpinWait.SpinUntil(condition, TimeSpan.FromSeconds(30)));
}
