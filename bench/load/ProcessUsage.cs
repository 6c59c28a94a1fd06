using System.Globalization;

namespace Platform.Bench.Load;

/// <summary>Processor time and memory of another process, as Linux tells them under /proc.</summary>
internal static class ProcessUsage
{
    private const double TicksPerSecond = 100;

    /// <summary>User and system time in seconds; 0 for pid 0.</summary>
    public static double CpuSeconds(int pid)
    {
        if (pid == 0)
            return 0;
        var stat = File.ReadAllText($"/proc/{pid}/stat");
        // The name in parentheses may hold spaces; user and system time are fields 14 and 15.
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (Number(fields[11]) + Number(fields[12])) / TicksPerSecond;
    }

    /// <summary>Resident bytes; 0 for pid 0.</summary>
    public static long ResidentBytes(int pid)
    {
        if (pid == 0)
            return 0;
        var line = File.ReadLines($"/proc/{pid}/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        return (long)Number(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) * 1024;
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
