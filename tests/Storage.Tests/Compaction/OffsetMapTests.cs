using System.Text;
using Platform.Storage;

namespace Platform.Storage.Tests.Compaction;

public sealed class OffsetMapTests
{
    [Fact]
    public void The_map_knows_the_newest_offset_of_each_key()
    {
        var map = new OffsetMap(slots: 1000, loadFactor: 0.9);
        for (var i = 0; i < 2000; i++)
            map.Put(Key(i % 700), i);

        Assert.Equal(700, map.Count);
        Assert.All(Enumerable.Range(0, 700), i => Assert.Equal(i < 600 ? i + 1400 : i + 700, map.Get(Key(i))));
        Assert.Equal(-1, map.Get(Key(700)));
    }

    [Fact]
    public void The_load_factor_says_when_it_is_full()
    {
        var map = new OffsetMap(slots: 10, loadFactor: 0.5);
        for (var i = 0; i < 5; i++)
        {
            Assert.False(map.IsFull);
            map.Put(Key(i), i);
        }

        Assert.True(map.IsFull);
    }

    [Fact]
    public void A_nearly_full_map_still_finds_keys_with_few_probes()
    {
        var map = new OffsetMap(slots: 10_000, loadFactor: 0.9);
        for (var i = 0; !map.IsFull; i++)
            map.Put(Key(i), i);
        var before = map.Probes;
        for (var i = 0; i < 9000; i++)
            Assert.Equal(i, map.Get(Key(i)));

        Assert.InRange((map.Probes - before) / 9000.0, 1, 6);
    }

    private static byte[] Key(int number) => Encoding.UTF8.GetBytes($"key-{number}");
}
