using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Platform.Chaos.Nodes;

/// <summary>Runs the machine's own tools.</summary>
public static partial class Shell
{
    /// <summary>Runs a command that must succeed; returns what it printed.</summary>
    public static async Task<string> RunAsync(string command, string arguments, string? input = null)
    {
        var start = new ProcessStartInfo(command, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        if (input is not null)
            await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? await output
            : throw new InvalidOperationException($"{command} {arguments}: exit code {process.ExitCode}: {errors.Trim()}");
    }

    /// <summary>True when a tool is there.</summary>
    public static bool Has(string tool) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Append("/usr/sbin").Append("/sbin").Any(folder => File.Exists(Path.Combine(folder, tool)));

    /// <summary>Sends a signal to a process.</summary>
    public static void Signal(int pid, int signal)
    {
        if (Kill(pid, signal) != 0)
            throw new InvalidOperationException($"kill -{signal} {pid}: error {Marshal.GetLastPInvokeError()}");
    }

    /// <summary>Shuts a mounted file system down without writing what it holds in memory, as a power cut does.</summary>
    public static void CutPower(string mount)
    {
        const int noLogFlush = 2;
        const uint shutdown = 0x8004587D;
        var descriptor = Open(mount, 0);
        var flags = noLogFlush;
        var result = Ioctl(descriptor, shutdown, ref flags);
        var error = Marshal.GetLastPInvokeError();
        _ = Close(descriptor);
        if (descriptor < 0 || result != 0)
            throw new InvalidOperationException($"{mount} cannot be shut down: error {error}");
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int pid, int signal);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);

    // Variadic in C; on x64 and arm64 Linux a third argument is passed as for a plain function.
    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Ioctl(int descriptor, nuint request, ref int argument);
}
