using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;

namespace Platform.Testing.S3;

/// <summary>OpenStack Swift with its S3 API, a real service that checks signatures, digests and parts: one process on
/// loopback with its disks in a temporary folder, from Debian's python3-swift.</summary>
public sealed class S3Server : IAsyncDisposable
{
    private const string Account = "platform:tester";
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly HttpClient _http = new();
    private readonly string _root;
    private Process? _process;
    private int _port;

    private S3Server(string root) => _root = root;

    /// <summary>Id of the access key.</summary>
    public string AccessKeyId => Account;

    /// <summary>Secret of the access key.</summary>
    public string Secret => "a-secret-of-the-tests";

    /// <summary>Where it serves.</summary>
    public Uri Endpoint => new($"http://127.0.0.1:{_port}");

    /// <summary>Port on loopback.</summary>
    public int Port => _port;

    /// <summary>Starts a service with empty disks.</summary>
    public static async Task<S3Server> StartAsync()
    {
        var server = new S3Server(Directory.CreateTempSubdirectory("s3-").FullName) { _port = FreePort() };
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>Starts the service on the port and the disks that it had.</summary>
    public async Task StartAgainAsync()
    {
        var start = new ProcessStartInfo("/usr/bin/python3",
            ["-u", Script(), _root, Secret, _port.ToString(System.Globalization.CultureInfo.InvariantCulture)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        _process = Process.Start(start)!;
        var errors = _process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(StartLimit);
        var line = await _process.StandardOutput.ReadLineAsync(limit.Token)
            ?? throw new InvalidOperationException($"Swift did not start: {await errors}");
        _port = JsonSerializer.Deserialize<JsonElement>(line).GetProperty("port").GetInt32();
    }

    /// <summary>Ends it at once, in the middle of whatever it does.</summary>
    public async Task KillAsync()
    {
        if (Interlocked.Exchange(ref _process, null) is not { } process)
            return;
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
    }

    /// <summary>Makes a bucket, by Swift's own interface.</summary>
    public Task CreateBucketAsync(string bucket) => SendAsync(HttpMethod.Put, bucket);

    /// <summary>Keys of a bucket, by Swift's own interface: what others see.</summary>
    public async Task<string[]> KeysAsync(string bucket) =>
        (await SendAsync(HttpMethod.Get, bucket)).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The bytes of an object, by Swift's own interface.</summary>
    public async Task<byte[]> ReadAsync(string bucket, string key)
    {
        using var request = await RequestAsync(HttpMethod.Get, $"{bucket}/{key}");
        using var response = await _http.SendAsync(request);
        return await response.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync();
    }

    /// <summary>Replaces an object, as a careless colleague does.</summary>
    public async Task WriteAsync(string bucket, string key, byte[] content)
    {
        using var request = await RequestAsync(HttpMethod.Put, $"{bucket}/{key}");
        request.Content = new ByteArrayContent(content);
        using var response = await _http.SendAsync(request);
        response.EnsureSuccessStatusCode();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _http.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    private async Task<string> SendAsync(HttpMethod method, string path)
    {
        using var request = await RequestAsync(method, path);
        using var response = await _http.SendAsync(request);
        return await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync();
    }

    private async Task<HttpRequestMessage> RequestAsync(HttpMethod method, string path)
    {
        using var login = new HttpRequestMessage(HttpMethod.Get, new Uri(Endpoint, "/auth/v1.0"));
        login.Headers.Add("X-Auth-User", Account);
        login.Headers.Add("X-Auth-Key", Secret);
        using var answer = await _http.SendAsync(login);
        answer.EnsureSuccessStatusCode();
        var request = new HttpRequestMessage(method, $"{answer.Headers.GetValues("X-Storage-Url").Single()}/{path}");
        request.Headers.Add("X-Auth-Token", answer.Headers.GetValues("X-Auth-Token").Single());
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/plain"));
        return request;
    }

    // Below the ports that the system gives away: it must still be free when the service is started again.
    private static int FreePort()
    {
        while (true)
        {
            using var listener = new TcpListener(IPAddress.Loopback, Random.Shared.Next(20_000, 32_000));
            try
            {
                listener.Start();
                return ((IPEndPoint)listener.LocalEndpoint).Port;
            }
            catch (SocketException)
            {
                continue;       // taken
            }
        }
    }

    private static string Script()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Platform.sln")))
                return Path.Combine(folder.FullName, "tests", "Testing", "S3", "swift_s3.py");
        throw new DirectoryNotFoundException("Platform.sln lies in no folder above the tests");
    }
}
