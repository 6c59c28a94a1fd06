using System.CommandLine;

namespace Platform.Commands.Perf;

/// <summary>`platform perf`: measurements against any cluster.</summary>
internal static class PerfCommand
{
    /// <summary>The noun with its verbs.</summary>
    public static Command Create() => new("perf", "Measure producing, consuming and latency.")
    {
        PerfProduce.Create(), PerfConsume.Create(), PerfEndToEnd.Create(),
    };
}
