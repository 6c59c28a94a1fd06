using System.Text;
using Platform.Client.Metadata;
using Platform.Client.Producing;
using Platform.Protocol;

namespace Platform.Client.Tests.Producing;

/// <summary>Where records go.</summary>
public sealed class PartitionerTests
{
    [Theory]
    [InlineData("21", -973932308)]
    [InlineData("foobar", -790332482)]
    [InlineData("a-little-bit-long-string", -985981536)]
    [InlineData("a-little-bit-longer-string", -1486304829)]
    [InlineData("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971)]
    [InlineData("abc", 479470107)]
    public void Murmur2_agrees_with_other_kafka_clients(string key, int expected)
    {
        Assert.Equal(expected, (int)Murmur2.Hash(Encoding.UTF8.GetBytes(key)));
    }

    [Fact]
    public void The_sticky_partition_changes_when_about_a_batch_went_to_it()
    {
        var topic = Topic(leaders: [1, 1]);
        var partitioner = new StickyPartitioner(batchSize: 1000);

        var places = Enumerable.Range(0, 20).Select(_ => partitioner.Next(topic, recordBytes: 100)).ToList();

        Assert.Single(places.Take(10).Distinct());
        Assert.Equal(1 - places[0], places[10]);
        Assert.Single(places.Skip(10).Distinct());
    }

    [Fact]
    public void Partitions_without_a_leader_are_passed_over()
    {
        var topic = Topic(leaders: [-1, 1, -1]);
        var partitioner = new StickyPartitioner(batchSize: 1);

        var places = Enumerable.Range(0, 20).Select(_ => partitioner.Next(topic, recordBytes: 100));

        Assert.All(places, place => Assert.Equal(1, place));
    }

    private static TopicMetadata Topic(int[] leaders) => new("t", Uuid.Zero, false, ErrorCode.None,
        [.. leaders.Select((leader, index) => new PartitionMetadata(index, leader, 0, [], [], []))]);
}
