namespace Platform.Compatibility;

/// <summary>What the process asks the kernel to tell it of files.</summary>
public sealed class FileWatchTests
{
    private const string WatchLine = "inotify wd";

    [Fact]
    public async Task No_directory_is_watched_so_that_appends_cost_no_notifications()
    {
        await using var platform = await PlatformProcess.StartAsync();

        var watches = Directory.GetFiles($"/proc/{platform.ProcessId}/fdinfo").SelectMany(WatchesOf);

        Assert.Empty(watches);
    }

    private static IEnumerable<string> WatchesOf(string descriptor)
    {
        try
        {
            return File.ReadAllLines(descriptor).Where(line => line.StartsWith(WatchLine, StringComparison.Ordinal));
        }
        catch (IOException)
        {
            // Closed since the directory was listed.
            return [];
        }
    }
}
