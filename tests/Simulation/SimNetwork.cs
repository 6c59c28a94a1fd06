using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Simulation;

/// <summary>Receives the frames of a node.</summary>
public interface ISimEndpoint
{
    /// <summary>A frame arrived; the endpoint may be down, and then ignores it.</summary>
    void OnFrame(int from, ReadOnlyMemory<byte> frame);
}

/// <summary>
/// Carries encoded frames between nodes: each with a delay of its own (so that they overtake each other), perhaps lost,
/// perhaps twice, and not at all over a cut link. Links are cut one way each.
/// </summary>
public sealed class SimNetwork(SimScheduler scheduler, ulong seed)
{
    private readonly SortedDictionary<int, ISimEndpoint> _endpoints = [];
    private readonly SortedSet<(int From, int To)> _cut = [];
    private readonly Random _random = SimRandom.Stream(seed, "network");

    /// <summary>Probability that a frame is lost.</summary>
    public double Loss { get; set; }

    /// <summary>Probability that a frame arrives twice.</summary>
    public double Duplication { get; set; }

    /// <summary>Longest delay of a frame, in ms.</summary>
    public int MaxDelayMs { get; set; } = 5;

    /// <summary>Connects a node.</summary>
    public void Connect(int nodeId, ISimEndpoint endpoint) => _endpoints[nodeId] = endpoint;

    /// <summary>Cuts one direction.</summary>
    public void Cut(int from, int to) => _cut.Add((from, to));

    /// <summary>Cuts both directions between two groups.</summary>
    public void Partition(IEnumerable<int> side, IReadOnlyCollection<int> otherSide)
    {
        foreach (var a in side)
        {
            foreach (var b in otherSide)
            {
                Cut(a, b);
                Cut(b, a);
            }
        }
    }

    /// <summary>Mends all links and takes back loss, duplication and long delays.</summary>
    public void Heal()
    {
        _cut.Clear();
        Loss = 0;
        Duplication = 0;
        MaxDelayMs = 5;
    }

    /// <summary>Sends a frame.</summary>
    public void Send(int from, int to, byte[] frame)
    {
        var copies = _random.Chance(Duplication) ? 2 : 1;
        for (var i = 0; i < copies; i++)
        {
            var delayMs = 1 + _random.Next(MaxDelayMs);
            if (!_random.Chance(Loss))
                scheduler.After(delayMs, () => Deliver(from, to, frame));
        }
    }

    /// <summary>Carries what is no frame, under the same delays, losses and cuts.</summary>
    public void Post(int from, int to, Action deliver)
    {
        var delayMs = 1 + _random.Next(MaxDelayMs);
        if (!_random.Chance(Loss))
            scheduler.After(delayMs, () =>
            {
                if (!_cut.Contains((from, to)))
                    deliver();
            });
    }

    // A link that is cut while the frame travels loses it as well.
    private void Deliver(int from, int to, byte[] frame)
    {
        if (!_cut.Contains((from, to)) && _endpoints.TryGetValue(to, out var endpoint))
            endpoint.OnFrame(from, frame);
    }
}

/// <summary>Encodes requests and responses as the wire does, with the newest version, in front of them what a
/// connection would know.</summary>
public static class SimFrame
{
    /// <summary>Encodes a request.</summary>
    public static byte[] Encode(long id, IRequest request) => Encode(isRequest: true, id, request.ApiKey, request);

    /// <summary>Encodes a response.</summary>
    public static byte[] Encode(long id, IResponse response) => Encode(isRequest: false, id, response.ApiKey, response);

    /// <summary>Decodes either; one of the two messages is null.</summary>
    public static (long Id, IRequest? Request, IResponse? Response) Decode(ReadOnlyMemory<byte> frame)
    {
        var reader = new ProtocolReader(frame);
        var isRequest = reader.ReadBool();
        var id = reader.ReadInt64();
        var api = ApiKeys.Get((ApiKey)reader.ReadInt16());
        IMessage message = isRequest ? api.NewRequest() : api.NewResponse();
        message.Read(ref reader, api.HighestVersion);
        return (id, message as IRequest, message as IResponse);
    }

    private static byte[] Encode(bool isRequest, long id, ApiKey apiKey, IMessage message)
    {
        using var writer = new ProtocolWriter();
        writer.WriteBool(isRequest);
        writer.WriteInt64(id);
        writer.WriteInt16((short)apiKey);
        message.Write(writer, ApiKeys.Get(apiKey).HighestVersion);
        return writer.Written.ToArray();
    }
}
