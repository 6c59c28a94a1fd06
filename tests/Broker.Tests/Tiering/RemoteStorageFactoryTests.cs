using Microsoft.Extensions.Logging.Abstractions;
using Platform.Broker.Tiering;
using Platform.Broker.Tiering.Cache;
using Platform.Broker.Tiering.S3;
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

        Assert.IsType<DirectoryRemoteStorageManager>(Assert.IsType<CachedRemoteStorageManager>(storage).Inner);
    }

    [Fact]
    public async Task Object_storage_is_made_without_asking_it_anything()
    {
        await using var storage = Create("s3", ("rsm.config.s3.bucket.name", "b"),
            ("rsm.config.s3.endpoint.url", "http://127.0.0.1:1"));

        Assert.IsType<S3RemoteStorageManager>(Assert.IsType<CachedRemoteStorageManager>(storage).Inner);
    }

    [Theory]
    [InlineData("rsm.config.s3.endpoint.url", "localhost:9000", "rsm.config.s3.endpoint.url=localhost:9000: must be http")]
    [InlineData("rsm.config.s3.access.key.id", "me", "rsm.config.s3.secret.access.key: is missing")]
    [InlineData("rsm.config.s3.secret.access.key", "hush", "rsm.config.s3.access.key.id: is missing")]
    [InlineData("rsm.config.s3.session.token", "hush", "rsm.config.s3.session.token: needs the access key")]
    [InlineData("rsm.config.s3.multipart.part.size.bytes", "1000", "must be a number from 5242880")]
    [InlineData("rsm.config.s3.secret.acess.key", "hush", "did you mean rsm.config.s3.secret.access.key?")]
    public void Settings_of_object_storage_that_cannot_work_are_named_without_secrets(string key, string value, string problem)
    {
        var error = Assert.Throws<ConfigException>(() => Create("s3", ("rsm.config.s3.bucket.name", "b"), (key, value)));

        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "remote.log.storage.manager.class.name: must be one of directory, s3")]
    [InlineData("directory", "rsm.config.directory.path: must name the directory")]
    [InlineData("s3", "rsm.config.s3.bucket.name: must name the bucket")]
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

        Assert.IsType<DirectoryRemoteStorageManager>(Assert.IsType<CachedRemoteStorageManager>(storage).Inner);
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
