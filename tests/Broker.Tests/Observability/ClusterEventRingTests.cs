using System.Text.Json;
using Platform.Broker.Observability;
using Platform.Cluster.Diagnosis;

namespace Platform.Broker.Tests.Observability;

/// <summary>What a node remembers of the past.</summary>
public sealed class ClusterEventRingTests
{
    private readonly ClusterEventRing _ring = new();

    [Fact]
    public void The_oldest_go_first()
    {
        _ring.Add(Enumerable.Range(0, ClusterEventRing.Capacity + 5).Select(i => Event($"key-{i}")));

        var kept = _ring.After(-1);

        Assert.Equal(ClusterEventRing.Capacity, kept.Count);
        Assert.Equal(("key-5", 5L), (kept[0].Event.Key, kept[0].Sequence));
    }

    [Fact]
    public void Who_has_caused_an_event_knows_best_whoever_comes_first()
    {
        _ring.Add([Event("a", "from the metadata"), Event("b", "first hand", firstHand: true)]);

        _ring.Add([Event("a", "first hand", firstHand: true), Event("b", "from the metadata")]);

        Assert.Equal(["first hand", "first hand"], _ring.After(-1).Select(kept => kept.Event.Text));
    }

    [Fact]
    public void A_reader_gets_only_what_it_has_not()
    {
        _ring.Add([Event("a"), Event("b"), Event("c")]);

        using var json = JsonDocument.Parse(_ring.ToJson(after: 1));

        var only = Assert.Single(json.RootElement.EnumerateArray());
        Assert.Equal((2, "c"), (only.GetProperty("sequence").GetInt32(), only.GetProperty("key").GetString()));
        Assert.Empty(_ring.After(2));
    }

    private static ClusterEvent Event(string key, string text = "something", bool firstHand = false) =>
        new(1, ClusterEventKind.LeaderMoved, "orders-0", text, key) { IsFirstHand = firstHand };
}
