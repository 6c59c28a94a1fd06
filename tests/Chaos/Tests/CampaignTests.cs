using System.Diagnostics;
using Xunit;

namespace Platform.Chaos.Tests;

/// <summary>The short set of the fault campaign: real processes, killed, paused and cut off, and the control that the
/// checker sees a loss. What the machine cannot do is skipped, and named in the report.</summary>
public sealed class CampaignTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(6);

    [Fact]
    public Task Nothing_is_lost_repeated_or_torn_while_nodes_die_pause_and_are_cut_off() => RunAsync("short", minutes: "0.4");

    [Fact]
    public Task The_checker_sees_the_loss_of_acks_1_with_unclean_elections() => RunAsync("control-unclean", minutes: "0.05");

    private static async Task RunAsync(string scenario, string minutes)
    {
        var start = new ProcessStartInfo(Path.Combine(Root(), "chaos.sh"), [scenario, minutes, "--seed", "1"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["CHAOS_NO_BUILD"] = "1";
        start.Environment["CHAOS_CONFIGURATION"] = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/')).Name;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(Limit);
        await process.WaitForExitAsync(limit.Token);
        Assert.True(process.ExitCode == 0, $"{await output}\n{await errors}");
    }

    private static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Platform.sln")))
                return folder.FullName;
        throw new DirectoryNotFoundException("Platform.sln lies in no folder above the tests");
    }
}
