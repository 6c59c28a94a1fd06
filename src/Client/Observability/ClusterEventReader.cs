using System.Text.Json;
using Platform.Client.Admin;

namespace Platform.Client.Observability;

/// <summary>Something that happened in the cluster, with its cause.</summary>
/// <param name="TimeMs">When, in ms since 1970.</param>
/// <param name="Kind">What kind of thing: <c>LeaderMoved</c>, <c>IsrShrank</c>, ...</param>
/// <param name="Subject">What it is about.</param>
/// <param name="Text">One sentence.</param>
/// <param name="Nodes">Nodes that tell of it.</param>
public sealed record ClusterEventView(long TimeMs, string Kind, string Subject, string Text, IReadOnlyList<int> Nodes);

/// <summary>What was read.</summary>
/// <param name="Events">Events, the newest last, each once.</param>
/// <param name="Missing">What could not be asked, in words.</param>
public sealed record ClusterEvents(IReadOnlyList<ClusterEventView> Events, IReadOnlyList<string> Missing);

/// <summary>
/// Reads what brokers of this platform remember of the past. Where a broker tells it is one of its settings
/// (platform.http.listener), which is asked for by the Kafka protocol; so nothing needs to be configured, and brokers of
/// other kinds simply have nothing to tell. Each node tells what it knows; the same event of several nodes is joined, in the
/// words of whoever has caused it.
/// </summary>
public sealed class ClusterEventReader(AdminClient admin) : IDisposable
{
    private const string Listener = "platform.http.listener";
    private const int MaxBytes = 4 << 20;
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(3), MaxResponseContentBufferSize = MaxBytes };
    private readonly Dictionary<int, Uri?> _addresses = [];

    private sealed record Told(long TimeMs, string Kind, string Subject, string Text, string Key, bool FirstHand, int Node);

    /// <summary>Asks all brokers at once. One that does not answer is named in the result.</summary>
    /// <exception cref="KafkaException">The cluster cannot be asked for its brokers.</exception>
    public async Task<ClusterEvents> ReadAsync(CancellationToken cancellation = default)
    {
        var cluster = await admin.DescribeClusterAsync(cancellation);
        var answers = await Task.WhenAll(cluster.Brokers.Select(broker => AskAsync(broker.Id, broker.Host, cancellation)));
        return new ClusterEvents(Join(answers.SelectMany(answer => answer.Told)),
            [.. answers.Select(answer => answer.Missing).OfType<string>()]);
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static List<ClusterEventView> Join(IEnumerable<Told> told) =>
    [
        .. told.GroupBy(one => one.Key).Select(same =>
        {
            var best = same.OrderByDescending(one => one.FirstHand).ThenBy(one => one.TimeMs).First();
            return new ClusterEventView(
                same.Min(one => one.TimeMs), best.Kind, best.Subject, best.Text, [.. same.Select(one => one.Node).Distinct().Order()]);
        }).OrderBy(view => view.TimeMs),
    ];

    private async Task<(IReadOnlyList<Told> Told, string? Missing)> AskAsync(int node, string host, CancellationToken cancellation)
    {
        try
        {
            if (await AddressAsync(node, host, cancellation) is not { } address)
                return ([], $"broker {node} has no {Listener}");
            var json = await _http.GetByteArrayAsync(new Uri(address, "/events"), cancellation);
            return (Parse(node, json), null);
        }
        catch (Exception error) when (error is HttpRequestException or KafkaException or JsonException
            || (error is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            lock (_addresses)
                _addresses.Remove(node);
            return ([], $"broker {node} does not answer: {error.Message}");
        }
    }

    private async Task<Uri?> AddressAsync(int node, string host, CancellationToken cancellation)
    {
        lock (_addresses)
            if (_addresses.TryGetValue(node, out var known))
                return known;
        var described = await admin.DescribeConfigsAsync([ConfigResource.Broker(node)], cancellation: cancellation);
        var listener = described[0].Entries.FirstOrDefault(entry => entry.Name == Listener)?.Value;
        var address = AddressOf(listener, host);
        lock (_addresses)
            return _addresses[node] = address;
    }

    /// <summary>Where a listener is found; one for all addresses at the host of the broker itself.</summary>
    internal static Uri? AddressOf(string? listener, string host) =>
        listener is null || listener.LastIndexOf(':') is var colon && colon < 0 ? null
        : new Uri($"http://{(listener[..colon] is "" or "0.0.0.0" or "[::]" or "*" ? host : listener[..colon])}{listener[colon..]}");

    private static List<Told> Parse(int node, byte[] json)
    {
        using var document = JsonDocument.Parse(json);
        return [.. document.RootElement.EnumerateArray().Select(one => new Told(
            one.GetProperty("timeMs").GetInt64(), Text(one, "kind"), Text(one, "subject"), Text(one, "text"), Text(one, "key"),
            one.GetProperty("firstHand").GetBoolean(), node))];
    }

    private static string Text(JsonElement one, string property) => one.GetProperty(property).GetString() ?? "";
}
