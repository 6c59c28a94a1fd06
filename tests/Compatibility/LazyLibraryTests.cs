namespace Platform.Compatibility;

/// <summary>What a broker does not use costs it nothing.</summary>
public sealed class LazyLibraryTests
{
    [Fact]
    public async Task Amazons_library_is_not_loaded_by_a_broker_whose_remote_storage_is_a_directory()
    {
        var data = Directory.CreateTempSubdirectory("lazy-").FullName;
        try
        {
            await using var broker = new BrokerProcess($"log.dirs={data}/log", "remote.log.storage.system.enable=true",
                "remote.log.storage.manager.class.name=directory", $"rsm.config.directory.path={data}/remote");
            await broker.StartAsync();

            var loaded = await File.ReadAllTextAsync($"/proc/{broker.Id}/maps");

            Assert.Contains("Platform.Broker.dll", loaded, StringComparison.Ordinal);
            Assert.DoesNotContain("AWSSDK", loaded, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }
}
