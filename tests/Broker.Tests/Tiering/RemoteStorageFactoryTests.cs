using Microsoft.Extensions.Logging.Abstractions;
using Platform.Broker.Tiering;
using Platform.Cluster.Configuration;
using Platform.Storage;
using Platform.Testing;

namespace Platform.Broker.Tests.Tiering;

public sealed class RemoteStorageFactoryTests
{
    [Fact]
    public async Task A_directory_is_made_by_its_short_name()
    {
        await using var storage = Create("directory", ("rsm.config.directory.path", "/share"));

        Assert.IsType<DirectoryRemoteStorageManager>(storage);
    }

    [Theory]
    [InlineData(null, "remote.log.storage.manager.class.name: must be one of directory")]
    [InlineData("directory", "rsm.config.directory.path: must name the directory")]
    public void What_is_missing_is_named(string? className, string problem)
    {
        var error = Assert.Throws<ConfigException>(() => Create(className));

        Assert.StartsWith(problem, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settings_of_the_storage_may_have_a_prefix_of_ones_own()
    {
        await using var storage = Create("directory", ("remote.log.storage.manager.impl.prefix", "rsm.mine."),
            ("rsm.mine.directory.path", "/share"));

        Assert.IsType<DirectoryRemoteStorageManager>(storage);
    }

    [Fact]
    public void A_slip_in_a_setting_of_the_storage_is_an_error_with_a_suggestion()
    {
        var error = Assert.Throws<ConfigException>(() => Create("directory", ("rsm.config.directory.pth", "/share")));

        Assert.Contains("did you mean rsm.config.directory.path?", error.Message, StringComparison.Ordinal);
    }

    private static IRemoteStorageManager Create(string? className, params (string Key, string Value)[] settings)
    {
        var all = new Dictionary<string, string>
        {
            ["node.id"] = "1",
            ["process.roles"] = "broker,controller",
            ["controller.quorum.voters"] = "1@localhost:9093",
            ["listeners"] = "PLAINTEXT://localhost:9092,CONTROLLER://localhost:9093",
            ["controller.listener.names"] = "CONTROLLER",
            ["log.dirs"] = "/data",
        };
        foreach (var (key, value) in settings)
            all[key] = value;
        if (className is not null)
            all["remote.log.storage.manager.class.name"] = className;
        return RemoteStorageFactory.Create(
            BrokerConfig.Parse(overrides: all), new MemoryFileSystem(), TimeProvider.System, NullLoggerFactory.Instance);
    }
}
