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

    private static async Task<JsonElement> JsonAsync(string command, string[] arguments)
    {
        var output = await RunAsync(command, arguments, input: null);
        var last = output.TrimEnd().Split('\n')[^1];
        return JsonSerializer.Deserialize<JsonElement>(last);
    }

    private static async Task<string> RunAsync(string command, string[] arguments, string? input)
    {
        var start = new ProcessStartInfo(command)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        if (input is not null)
            await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{command} {string.Join(' ', arguments)} took more than {Limit}:\n{await output}\n{await errors}");
        }
        Assert.True(process.ExitCode == 0, $"{command} {string.Join(' ', arguments)} exited with {process.ExitCode}:\n{await output}\n{await errors}");
        return await output;
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
