using Platform.Cluster.Coordination;

namespace Platform.Cluster.Tests.Coordination;

public sealed class JavaHashTests
{
    [Theory]
    [InlineData("", 0)]
    [InlineData("a", 97)]
    [InlineData("hello", 99162322)]
    [InlineData("polygenelubricants", int.MinValue)]
    [InlineData("\uD83D\uDE00", 1772899)]
    public void Hash_is_that_of_java_over_utf16_units(string text, int expected)
    {
        Assert.Equal(expected, JavaHash.Of(text));
    }

    [Theory]
    [InlineData(97, 47)]
    [InlineData(-97, 47)]
    [InlineData(int.MinValue, 0)]
    [InlineData(int.MaxValue, 47)]
    public void Partition_is_the_absolute_hash_modulo_the_partitions(int hash, int expected)
    {
        Assert.Equal(expected, JavaHash.PartitionForHash(hash, 50));
    }
}
