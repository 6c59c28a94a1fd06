namespace Platform.Compatibility;

/// <summary>`platform events` finds the brokers' memory by itself and prints causes.</summary>
public sealed class EventsTests(PlatformFixture fixture) : IClassFixture<PlatformFixture>
{
    [Fact]
    public async Task Events_are_found_through_the_cluster_and_have_causes()
    {
        var (exitCode, output, errors) = await ClientScript.PlatformAsync("events", "-b", fixture.Platform.BootstrapServers);

        Assert.True(exitCode == 0, errors);
        Assert.Contains("broker 1 serves: it has caught up with the metadata", output);
    }
}
