namespace Platform.Compatibility;

/// <summary>
/// Goal: each mode of durability loses what it says and no more. Method: the disk of a whole node is an ext4 file system
/// that is shut down by an ioctl while records come in, which drops what was not flushed; then it is mounted again.
/// </summary>
public sealed class PowerCutTests : IDisposable
{
    private readonly PowerCutDisk _disk = new(megabytes: 256);
    private readonly TemporaryDirectory _elsewhere = new();

    public void Dispose()
    {
        _disk.Dispose();
        _elsewhere.Dispose();
    }

    [RootFact]
    public async Task A_power_cut_loses_nothing_acknowledged_of_a_topic_that_flushes_and_only_the_tail_of_one_that_does_not()
    {
        await using var broker = new BrokerProcess($"log.dirs={_disk.Path}/data");
        await broker.StartAsync();
        await CreateAsync(broker, "flushed", "platform.flush.on.ack=true");
        await CreateAsync(broker, "cached", "platform.flush.on.ack=false");

        await FillAsync(broker, "cached", limit: 3000);
        var filling = FillAsync(broker, "flushed", limit: 1_000_000);
        while (new FileInfo($"{_disk.Path}/data/flushed-0/00000000000000000000.log").Length < 1_000_000)
            await Task.Delay(20);
        _disk.Cut();
        await filling;
        await broker.KillAsync();
        _disk.Repair();
        await broker.StartAsync();

        var flushed = await ReadAsync(broker, "flushed");
        var cached = await ReadAsync(broker, "cached");
        Assert.InRange(flushed.Acknowledged, 500, int.MaxValue);
        Assert.Equal((0, 0), (flushed.Missing, flushed.Repeated));
        // The control: a cut that takes nothing would prove nothing.
        Assert.InRange(cached.Missing, 1, 3000);
        Assert.Equal(0, cached.Repeated);
    }

    private static async Task CreateAsync(BrokerProcess broker, string topic, string setting)
    {
        var (exitCode, _, errors) = await ClientScript.PlatformAsync(
            "topics", "create", topic, "--config", setting, "-b", broker.BootstrapServers);
        Assert.True(exitCode == 0, $"creating {topic}: {errors}");
    }

    private Task FillAsync(BrokerProcess broker, string topic, int limit) => ClientScript.PythonAsync(
        "disk.py", "fill", broker.BootstrapServers, topic, Notes(topic), "0", $"{limit}");

    private async Task<(int Acknowledged, int Missing, int Repeated)> ReadAsync(BrokerProcess broker, string topic)
    {
        var read = await ClientScript.PythonAsync("disk.py", "read", broker.BootstrapServers, topic, Notes(topic));
        return (read.GetProperty("acknowledged").GetInt32(), read.GetProperty("missing").GetInt32(),
            read.GetProperty("repeated").GetInt32());
    }

    private string Notes(string topic) => Path.Combine(_elsewhere.Path, $"acknowledged-{topic}");
}
