using System.Diagnostics;
using System.Text.Json;

namespace Platform.Compatibility;

/// <summary>Runs a foreign client: a script or command line that prints one line of JSON, or plain lines.</summary>
public static class ClientScript
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    /// <summary>The project's own folder in the source tree, where the clients' scripts and node_modules lie.</summary>
    public static string Folder { get; } = FindFolder();

    /// <summary>Runs a Python script with Debian's Python, which has the Debian packages.</summary>
    public static Task<JsonElement> PythonAsync(string script, params string[] arguments) =>
        JsonAsync("/usr/bin/python3", [Path.Combine(Folder, "clients", "python", script), .. arguments]);

    /// <summary>Runs a Node script.</summary>
    public static Task<JsonElement> NodeAsync(string script, params string[] arguments) =>
        JsonAsync("node", [Path.Combine(Folder, "clients", "node", script), .. arguments]);

    /// <summary>Runs kcat with input; returns what it printed.</summary>
    public static Task<string> KcatAsync(string? input, params string[] arguments) => RunAsync("kcat", arguments, input);

    /// <summary>Runs a verb of the binary to its end, whatever its exit code.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> PlatformAsync(params string[] arguments)
    {
        using var process = Start("dotnet", [PlatformProcess.Binary, .. arguments]);
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        process.StandardInput.Close();
        await WaitAsync(process, "platform " + string.Join(' ', arguments));
        return (process.ExitCode, await output, await errors);
    }

    /// <summary>Starts a Python script whose lines the test reads as they come.</summary>
    public static Process StartPython(string script, params string[] arguments) =>
        Start("/usr/bin/python3", ["-u", Path.Combine(Folder, "clients", "python", script), .. arguments]);

    private static async Task<JsonElement> JsonAsync(string command, string[] arguments)
    {
        var output = await RunAsync(command, arguments, input: null);
        var last = output.TrimEnd().Split('\n')[^1];
        return JsonSerializer.Deserialize<JsonElement>(last);
    }

    /// <summary>Runs a command with input; it must end with exit code 0. Returns its output.</summary>
    public static async Task<string> RunAsync(string command, string[] arguments, string? input)
    {
        using var process = Start(command, arguments);
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        if (input is not null)
            await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var line = $"{command} {string.Join(' ', arguments)}";
        await WaitAsync(process, line);
        Assert.True(process.ExitCode == 0, $"{line} exited with {process.ExitCode}:\n{await output}\n{await errors}");
        return await output;
    }

    private static Process Start(string command, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(command)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }

    private static async Task WaitAsync(Process process, string line)
    {
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{line} took more than {Limit}");
        }
    }

    private static string FindFolder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Platform.sln")))
                return Path.Combine(folder.FullName, "tests", "Compatibility");
        throw new DirectoryNotFoundException("Platform.sln lies in no folder above the tests");
    }
}

/// <summary>One platform for all tests of a class.</summary>
public sealed class PlatformFixture : IAsyncLifetime
{
    /// <summary>The process.</summary>
    public PlatformProcess Platform { get; private set; } = null!;

    /// <inheritdoc/>
    public async Task InitializeAsync() => Platform = await PlatformProcess.StartAsync();

    /// <inheritdoc/>
    public async Task DisposeAsync() => await Platform.DisposeAsync();
}
