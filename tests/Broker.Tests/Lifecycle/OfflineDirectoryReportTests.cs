using Platform.Broker.Hosting;
using Platform.Broker.Lifecycle;
using Platform.Protocol;

namespace Platform.Broker.Tests.Lifecycle;

/// <summary>A broker that cannot tell of a failed directory within log.dir.failure.timeout.ms stops.</summary>
public sealed class OfflineDirectoryReportTests
{
    private readonly ManualTimers _timers = new();
    private readonly List<Uuid> _offline = [];
    private readonly List<Exception> _given = [];
    private readonly OfflineDirectoryReport _report;

    public OfflineDirectoryReportTests() => _report = new OfflineDirectoryReport(
        new BrokerIdentity(1, "cluster", new Uuid(1, 1), null, [], [new Uuid(6, 1), new Uuid(6, 2)])
        {
            OfflineLogDirs = () => _offline,
            LogDirFailure = (TimeSpan.FromSeconds(30), _given.Add),
        },
        _timers);

    [Fact]
    public void Who_is_not_heard_in_time_gives_up_and_says_why()
    {
        Fail(new Uuid(6, 1));

        _timers.Tick();

        var error = Assert.IsType<BrokerStartException>(Assert.Single(_given));
        Assert.Contains("log.dir.failure.timeout.ms", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_is_heard_goes_on()
    {
        Fail(new Uuid(6, 1));

        _report.OnHeard([new Uuid(6, 1)]);
        _timers.Tick();

        Assert.Empty(_given);
    }

    [Fact]
    public void Every_directory_must_be_heard_of()
    {
        Fail(new Uuid(6, 1));
        Fail(new Uuid(6, 2));

        _report.OnHeard([new Uuid(6, 1)]);
        _timers.Tick();

        Assert.Single(_given);
    }

    private void Fail(Uuid directory)
    {
        _offline.Add(directory);
        _report.Expect();
    }
}
