namespace Platform.Chaos.Nodes;

/// <summary>
/// Calls to the operating system that fail on demand: a library, compiled from clients/faults.c, that nodes preload. It
/// reads its orders from a file beside the log directory: <c>eio-write</c>, <c>eio-sync</c>, <c>eio-read</c> or
/// <c>clock SECONDS</c>.
/// </summary>
public static class FailingCalls
{
    private static readonly Lazy<Task<string>> Library = new(CompileAsync);

    /// <summary>True when the library can be made.</summary>
    public static bool IsPossible => Shell.Has("gcc");

    /// <summary>Tells the next start of a node to preload the library.</summary>
    public static void Preload(ChaosCluster cluster, ChaosNode node)
    {
        node.Environment["LD_PRELOAD"] = Library.Value.GetAwaiter().GetResult();
        node.Environment["CHAOS_ORDERS"] = OrdersOf(cluster, node);
        node.Environment["CHAOS_DATA"] = cluster.Shape.TwoLogDirs ? node.Disk.SecondLogDir : node.Disk.LogDir;
        Set(cluster, node, "");
    }

    /// <summary>Gives orders; an empty string means that all is well.</summary>
    public static void Set(ChaosCluster cluster, ChaosNode node, string orders)
    {
        if (!cluster.Shape.CanFailCalls)
            return;
        var file = OrdersOf(cluster, node);
        File.WriteAllText(file + ".new", orders);
        File.Move(file + ".new", file, overwrite: true);
    }

    private static string OrdersOf(ChaosCluster cluster, ChaosNode node) =>
        Path.Combine(cluster.Folder, $"orders-{node.Id}");

    private static async Task<string> CompileAsync()
    {
        var library = Path.Combine(Path.GetTempPath(), $"chaos-faults-{Environment.ProcessId}.so");
        await Shell.RunAsync("gcc", $"-O1 -shared -fPIC -o {library} {Path.Combine(AppContext.BaseDirectory, "clients", "faults.c")} -ldl");
        return library;
    }
}
