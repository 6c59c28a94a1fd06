using Platform.Cluster.Replication;
using Platform.Protocol;

namespace Platform.Cluster.Tests.Replication;

public sealed class FetchDivergenceTests
{
    [Theory]
    [InlineData(5, -1, -1, -1, "nothing is claimed")]
    [InlineData(5, 3, 3, 5, "the epoch goes as far here")]
    [InlineData(5, 3, 3, 9, "the epoch goes further here")]
    public void Logs_that_agree_are_read_on(long offset, int lastEpoch, int knownEpoch, long knownEnd, string why)
    {
        var found = FetchDivergence.Find(new FetchPosition(offset, lastEpoch), logStartOffset: 0, (knownEpoch, knownEnd));

        Assert.False(found.IsFound, why);
    }

    [Theory]
    [InlineData(3, 4, "the epoch ended earlier here")]
    [InlineData(2, 5, "the epoch is unknown here, an older one is not")]
    public void A_log_that_differs_is_told_where(int knownEpoch, long knownEnd, string why)
    {
        var found = FetchDivergence.Find(new FetchPosition(5, 3), logStartOffset: 0, (knownEpoch, knownEnd));

        Assert.True(found == new FetchDivergence(ErrorCode.None, knownEpoch, knownEnd), why);
    }

    [Theory]
    [InlineData(0, -1, -1, "an epoch newer than all of the leader's")]
    [InlineData(6, 2, 6, "the reader is before the start of the leader's log")]
    public void A_leader_that_cannot_tell_says_out_of_range(long logStart, int knownEpoch, long knownEnd, string why)
    {
        var found = FetchDivergence.Find(new FetchPosition(5, 3), logStart, (knownEpoch, knownEnd));

        Assert.True(found.Error == ErrorCode.OffsetOutOfRange, why);
    }
}
