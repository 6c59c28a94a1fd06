using Platform.Broker.Replication;

namespace Platform.Broker.Tests.Replication;

public sealed class GroupCommitTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public void Requests_during_a_flush_share_the_next_one()
    {
        using var entered = new SemaphoreSlim(0);
        using var leave = new SemaphoreSlim(0);
        var flushes = 0;
        var commits = new GroupCommit(() =>
        {
            Interlocked.Increment(ref flushes);
            entered.Release();
            Assert.True(leave.Wait(Patience));
        });

        commits.Request();
        Assert.True(entered.Wait(Patience));
        for (var i = 0; i < 100; i++)
            commits.Request();
        leave.Release();
        Assert.True(entered.Wait(Patience));
        commits.Request();
        leave.Release(2);
        Assert.True(entered.Wait(Patience));

        // The first, one for the hundred, and one for the last request.
        Assert.Equal(3, Volatile.Read(ref flushes));
    }

    [Fact]
    public void A_request_is_always_followed_by_a_flush_that_began_after_it()
    {
        var (appended, flushed) = (0L, 0L);
        var commits = new GroupCommit(() => Volatile.Write(ref flushed, Volatile.Read(ref appended)));

        Parallel.For(0, 8, _ =>
        {
            for (var i = 0; i < 2000; i++)
            {
                var mine = Interlocked.Increment(ref appended);
                commits.Request();
                Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref flushed) >= mine, Patience));
            }
        });
    }
}
