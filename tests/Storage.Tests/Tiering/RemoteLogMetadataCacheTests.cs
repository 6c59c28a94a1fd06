using Platform.Protocol;
using static Platform.Storage.RemoteLogSegmentState;

namespace Platform.Storage.Tests.Tiering;

public sealed class RemoteLogMetadataCacheTests
{
    private readonly RemoteLogMetadataCache _cache = new();

    [Fact]
    public void A_copy_is_read_only_while_it_is_finished_and_listed_until_it_is_deleted()
    {
        var copy = Copies.Of(0, 9, id: 1);
        Assert.True(_cache.Add(copy));
        Assert.Equal((null, 1), (_cache.Find(0, 5), _cache.Count));

        Assert.True(_cache.Move(copy, CopySegmentFinished));
        Assert.Equal((copy.RemoteLogSegmentId, 9L), (_cache.Find(0, 5)?.RemoteLogSegmentId, _cache.HighestOffsetForEpoch(0)));

        Assert.True(_cache.Move(copy, DeleteSegmentStarted));
        Assert.Equal((null, null, 1), (_cache.Find(0, 5), _cache.HighestOffsetForEpoch(0), _cache.Count));

        Assert.True(_cache.Move(copy, DeleteSegmentFinished));
        Assert.Equal(0, _cache.Count);
    }

    [Theory]
    [InlineData(DeleteSegmentStarted, CopySegmentFinished)]
    [InlineData(CopySegmentFinished, DeleteSegmentFinished)]
    [InlineData(CopySegmentFinished, CopySegmentStarted)]
    [InlineData(DeleteSegmentStarted, CopySegmentStarted)]
    public void What_contradicts_the_state_changes_nothing(RemoteLogSegmentState state, RemoteLogSegmentState next)
    {
        var copy = Copies.Of(0, 9, id: 1);
        _cache.Add(copy);
        Assert.True(_cache.Move(copy, state));

        Assert.False(_cache.Move(copy, next));

        Assert.Equal(state, _cache.Get(copy.RemoteLogSegmentId.Id)!.State);
    }

    [Fact]
    public void A_change_of_an_unknown_copy_changes_nothing() =>
        Assert.False(_cache.Move(Copies.Of(0, 9, id: 1), CopySegmentFinished));

    [Fact]
    public void A_record_that_comes_twice_changes_nothing()
    {
        var copy = _cache.AddFinished(Copies.Of(0, 9, id: 1));

        Assert.True(_cache.Move(copy, CopySegmentFinished));

        Assert.NotNull(_cache.Find(0, 0));
    }

    [Fact]
    public void An_offset_is_found_only_in_the_epoch_that_wrote_it()
    {
        _cache.AddFinished(Copies.Of(0, 29, id: 1, (1, 0), (3, 10)));

        Assert.NotNull(_cache.Find(1, 9));
        Assert.Null(_cache.Find(1, 10));
        Assert.NotNull(_cache.Find(3, 10));
        Assert.Null(_cache.Find(3, 9));
        Assert.Null(_cache.Find(2, 10));
        Assert.Equal((9L, 29L, null),
            (_cache.HighestOffsetForEpoch(1), _cache.HighestOffsetForEpoch(3), _cache.HighestOffsetForEpoch(2)));
    }

    [Theory]
    [InlineData(0, 99, 0, 199, 2)]      // the same, and more
    [InlineData(10, 89, 5, 99, 2)]      // around it
    [InlineData(0, 199, 0, 99, 1)]      // less: the larger one stays
    [InlineData(0, 199, 50, 99, 1)]     // within it
    public void Of_two_copies_one_of_which_holds_the_other_the_larger_answers(
        long start, long end, long secondStart, long secondEnd, int answers)
    {
        var first = _cache.AddFinished(Copies.Of(start, end, id: 1));
        var second = _cache.AddFinished(Copies.Of(secondStart, secondEnd, id: 2));

        for (var offset = Math.Min(start, secondStart); offset <= Math.Max(end, secondEnd); offset++)
            Assert.Equal(new Uuid(7, answers), _cache.Find(0, offset)!.RemoteLogSegmentId.Id);
        Assert.Equal((answers == 1, answers == 2), (_cache.IsReferenced(first), _cache.IsReferenced(second)));
    }

    [Fact]
    public void When_the_larger_copy_goes_the_one_within_answers_again()
    {
        _cache.AddFinished(Copies.Of(10, 19, id: 1));
        var larger = _cache.AddFinished(Copies.Of(0, 29, id: 2));

        _cache.Move(larger, DeleteSegmentStarted);

        Assert.Equal(new Uuid(7, 1), _cache.Find(0, 15)!.RemoteLogSegmentId.Id);
        Assert.Null(_cache.Find(0, 5));
        Assert.Null(_cache.Find(0, 25));
    }

    [Fact]
    public void The_end_of_a_partitions_deletion_forgets_everything()
    {
        _cache.AddFinished(Copies.Of(0, 9, id: 1));
        _cache.Update(RemotePartitionDeleteState.DeletePartitionStarted);
        Assert.Equal((1, RemotePartitionDeleteState.DeletePartitionStarted), (_cache.Count, _cache.DeleteState));

        _cache.Update(RemotePartitionDeleteState.DeletePartitionFinished);

        Assert.Equal((0, null, null), (_cache.Count, _cache.Find(0, 5), _cache.DeleteState));
    }

    // Goal: whatever copies come and go, an offset is found exactly when a finished copy holds it in that epoch.
    [Theory]
    [InlineData(1), InlineData(2), InlineData(3), InlineData(4), InlineData(5), InlineData(6), InlineData(7), InlineData(8)]
    public void An_offset_is_found_exactly_when_a_finished_copy_holds_it(int seed)
    {
        var random = new Random(seed);
        var copies = new List<RemoteLogSegmentMetadata>();
        for (var step = 0; step < 400; step++)
        {
            if (copies.Count < 3 || random.Next(3) == 0)
                copies.Add(Begin(random, step));
            var copy = copies[random.Next(copies.Count)];
            _cache.Move(copy, (RemoteLogSegmentState)random.Next(1, 4));
            CompareAll(copies);
        }
    }

    private RemoteLogSegmentMetadata Begin(Random random, int id)
    {
        var start = random.Next(0, 50);
        var end = start + random.Next(0, 20);
        var copy = random.Next(2) == 0 || start == end ? Copies.Of(start, end, id, (random.Next(3), start))
            : Copies.Of(start, end, id, (0, start), (random.Next(1, 3), random.Next(start + 1, end + 1)));
        Assert.True(_cache.Add(copy));
        return copy;
    }

    private void CompareAll(List<RemoteLogSegmentMetadata> copies)
    {
        var finished = copies.Where(c => _cache.Get(c.RemoteLogSegmentId.Id)?.State == CopySegmentFinished).ToList();
        for (var epoch = 0; epoch < 3; epoch++)
            for (var offset = 0; offset < 75; offset++)
            {
                var expected = finished.Any(copy => Holds(copy, epoch, offset));
                var found = _cache.Find(epoch, offset);
                Assert.Equal(expected, found is not null);
                Assert.True(found is null || Holds(found, epoch, offset));
            }
    }

    private static bool Holds(RemoteLogSegmentMetadata copy, int epoch, long offset)
    {
        for (var i = 0; i < copy.SegmentLeaderEpochs.Count; i++)
        {
            var end = i + 1 < copy.SegmentLeaderEpochs.Count ? copy.SegmentLeaderEpochs[i + 1].StartOffset : copy.EndOffset + 1;
            if (copy.SegmentLeaderEpochs[i].Epoch == epoch && copy.SegmentLeaderEpochs[i].StartOffset <= offset && offset < end)
                return true;
        }
        return false;
    }
}
