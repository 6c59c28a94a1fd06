using Platform.Broker.Tests.Hosting;
using Platform.Client;
using Platform.Client.Admin;
using Platform.Protocol;

namespace Platform.Broker.Tests.Quorum;

/// <summary>Voters of real nodes come and go (KIP-853).</summary>
public sealed class DynamicVoterTests
{
    [Fact]
    public async Task A_quorum_grows_from_one_voter_to_three_and_survives_the_first()
    {
        await using var cluster = await TestCluster.StartStandaloneAsync(nodes: 3);
        await using var admin = cluster.Admin();
        await admin.CreateTopicsAsync([new NewTopic("orders", 3, 3)]).ThrowIfAnyFailed();

        await AddAsync(admin, cluster, 2);
        await AddAsync(admin, cluster, 3);
        var grown = await admin.DescribeQuorumAsync();
        await cluster.KillAsync(1);
        await using var rest = cluster.Admin();
        var survived = await WhenAsync(rest, quorum => quorum.LeaderId is 2 or 3);
        await rest.CreateTopicsAsync([new NewTopic("more", 1, 2)]).ThrowIfAnyFailed();

        Assert.Equal([1, 2, 3], grown.Voters.Select(voter => voter.Id));
        Assert.Equal(cluster.DirectoryIdOf(3), grown.Voters[2].DirectoryId);
        Assert.Equal(3, survived.Voters.Count);
        Assert.Equal(["more", "orders"], (await rest.ListTopicsAsync()).Select(topic => topic.Name));
    }

    [Fact]
    public async Task The_leader_is_removed_and_its_directory_is_no_voter_when_it_comes_back_empty()
    {
        await using var cluster = await TestCluster.StartStandaloneAsync(nodes: 2);
        await using var admin = cluster.Admin();
        await AddAsync(admin, cluster, 2);

        await admin.RemoveRaftVoterAsync(1, cluster.DirectoryIdOf(1));
        var moved = await WhenAsync(admin, quorum => quorum.LeaderId == 2);
        await cluster.StopAsync(1);
        cluster.Wipe(1);
        await cluster.StartAsync(1).WaitAsync(TimeSpan.FromSeconds(60));
        var back = await WhenAsync(admin, quorum => quorum.Observers.Any(observer => observer.Id == 1
            && observer.DirectoryId == cluster.DirectoryIdOf(1)));

        Assert.Equal([2], moved.Voters.Select(voter => voter.Id));
        Assert.Equal([2], back.Voters.Select(voter => voter.Id));
    }

    [Fact]
    public async Task Controllers_join_by_themselves_also_with_a_new_disk()
    {
        // Each node has an address of its own, so that one free port will do for all.
        using var free = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        free.Start();
        var port = ((System.Net.IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();
        await using var cluster = await TestCluster.StartStandaloneAsync(nodes: 3, new()
        {
            ["controller.quorum.auto.join.enable"] = "true",
            ["listeners"] = $"PLAINTEXT://127.0.0.1:0,CONTROLLER://127.0.0.{{id}}:{port}",
        });
        await using var admin = cluster.Admin();
        await WhenAsync(admin, quorum => quorum.Voters.Count == 3);
        var before = cluster.DirectoryIdOf(3);

        await cluster.StopAsync(3);
        cluster.Wipe(3);
        await cluster.StartAsync(3).WaitAsync(TimeSpan.FromSeconds(60));
        var back = await WhenAsync(admin, quorum => quorum.Voters.Any(voter => voter.Id == 3 && voter.DirectoryId != before));

        Assert.Equal(cluster.DirectoryIdOf(3), back.Voters.Single(voter => voter.Id == 3).DirectoryId);
        Assert.Equal([1, 2, 3], back.Voters.Select(voter => voter.Id).Order());
    }

    [Fact]
    public async Task A_controller_that_will_not_come_back_is_unregistered_once_it_has_no_vote()
    {
        await using var cluster = await TestCluster.StartStandaloneAsync(nodes: 2);
        await using var admin = cluster.Admin();

        var leader = await Assert.ThrowsAsync<KafkaException>(() => WhenRegisteredAsync(() => admin.UnregisterControllerAsync(1)));
        await WhenRegisteredAsync(() => admin.UnregisterControllerAsync(2));
        await cluster.StopAsync(2);
        var again = await Assert.ThrowsAsync<KafkaException>(() => admin.UnregisterControllerAsync(2));

        Assert.Equal(ErrorCode.InvalidRequest, leader.Code);
        Assert.Equal(ErrorCode.ControllerIdNotRegistered, again.Code);
    }

    [Fact]
    public async Task Changes_that_would_harm_are_refused_with_the_reason()
    {
        await using var cluster = await TestCluster.StartStandaloneAsync(nodes: 1);
        await using var admin = cluster.Admin();

        var last = await Assert.ThrowsAsync<KafkaException>(() =>
            admin.RemoveRaftVoterAsync(1, cluster.DirectoryIdOf(1)));
        var other = await Assert.ThrowsAsync<KafkaException>(() => admin.RemoveRaftVoterAsync(1, Uuid.Random()));
        var twice = await Assert.ThrowsAsync<KafkaException>(() =>
            admin.AddRaftVoterAsync(1, Uuid.Random(), [("CONTROLLER", "localhost", 1)]));
        var absent = await Assert.ThrowsAsync<KafkaException>(() =>
            admin.AddRaftVoterAsync(9, Uuid.Random(), [("CONTROLLER", "localhost", 1)]));

        Assert.Equal((ErrorCode.InvalidRequest, true), (last.Code, last.Message.Contains("last voter")));
        Assert.Equal(ErrorCode.VoterNotFound, other.Code);
        Assert.Equal((ErrorCode.DuplicateVoter, true), (twice.Code, twice.Message.Contains("remove that voter first")));
        Assert.Equal((ErrorCode.RequestTimedOut, true), (absent.Code, absent.Message.Contains("does not follow the log")));
    }

    [Fact]
    public async Task Fixed_voters_cannot_be_changed_and_the_error_says_how_to_get_others()
    {
        await using var cluster = await TestCluster.StartAsync(["broker,controller"]);
        await using var admin = cluster.Admin();

        var refused = await Assert.ThrowsAsync<KafkaException>(() =>
            admin.AddRaftVoterAsync(2, Uuid.Random(), [("CONTROLLER", "localhost", 1)]));

        Assert.Equal(ErrorCode.UnsupportedVersion, refused.Code);
        Assert.Contains("features upgrade --feature kraft.version=1", refused.Message);
    }

    [Fact]
    public async Task Fixed_voters_are_taken_into_the_log_so_that_one_with_a_new_disk_can_take_the_place_of_the_old_one()
    {
        await using var cluster = await TestCluster.StartThreeAsync();
        await using var admin = cluster.Admin();
        var old = cluster.DirectoryIdOf(3);
        await UpgradeAsync(admin, 1);
        var upgraded = await admin.DescribeQuorumAsync();
        var level = (await admin.DescribeFeaturesAsync()).Single(feature => feature.Name == "kraft.version");

        await cluster.StopAsync(3);
        cluster.Wipe(3);
        await admin.RemoveRaftVoterAsync(3, old);
        await cluster.StartAsync(3).WaitAsync(TimeSpan.FromSeconds(60));
        await AddAsync(admin, cluster, 3);
        var replaced = await admin.DescribeQuorumAsync();
        await cluster.KillAsync(1);
        await using var rest = cluster.Admin();
        await WhenAsync(rest, quorum => quorum.LeaderId is 2 or 3);

        Assert.Equal(old, upgraded.Voters.Single(voter => voter.Id == 3).DirectoryId);
        Assert.Equal((1, 1), (level.FinalizedLevel, level.MaxSupported));
        Assert.Equal(cluster.DirectoryIdOf(3), replaced.Voters.Single(voter => voter.Id == 3).DirectoryId);
        // The client may have asked twice, while the leader was looked for.
        await rest.CreateTopicsAsync([new NewTopic("after", 1, 2)]);
        Assert.Contains("after", (await rest.ListTopicsAsync()).Select(topic => topic.Name));
    }

    [Fact]
    public async Task Voters_that_are_in_the_log_stay_there_and_a_silent_one_keeps_them_out()
    {
        await using var cluster = await TestCluster.StartThreeAsync();
        await using var admin = cluster.Admin();
        var leader = (await admin.DescribeQuorumAsync()).LeaderId;
        var silent = Enumerable.Range(1, 3).First(id => id != leader);
        await UpgradeAsync(admin, 1, isDryRun: true);
        await cluster.StopAsync(silent);
        await cluster.StopAsync(leader);
        await cluster.StartAsync(leader);
        await using var rest = cluster.Admin();
        await WhenAsync(rest, quorum => quorum.LeaderId >= 0);

        var refused = await Assert.ThrowsAsync<KafkaException>(() => rest.UpdateFeaturesAsync(
            new Dictionary<string, short> { ["kraft.version"] = 1 }, FeatureUpgradeType.Upgrade));
        var unknown = await Assert.ThrowsAsync<KafkaException>(() => rest.UpdateFeaturesAsync(
            new Dictionary<string, short> { ["kraft.version"] = 2 }, FeatureUpgradeType.Upgrade));
        await cluster.StartAsync(silent);
        await using var all = cluster.Admin();
        await UpgradeAsync(all, 1);
        await UpgradeAsync(all, 1);
        var back = await Assert.ThrowsAsync<KafkaException>(() => all.UpdateFeaturesAsync(
            new Dictionary<string, short> { ["kraft.version"] = 0 }, FeatureUpgradeType.UnsafeDowngrade));

        Assert.Equal(ErrorCode.InvalidUpdateVersion, refused.Code);
        Assert.Contains($"{silent}", refused.Message);
        Assert.Equal(ErrorCode.InvalidUpdateVersion, unknown.Code);
        Assert.Equal(ErrorCode.InvalidUpdateVersion, back.Code);
    }

    // Voters tell a new leader of themselves a moment after they follow it.
    private static async Task UpgradeAsync(AdminClient admin, short level, bool isDryRun = false)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            try
            {
                await admin.UpdateFeaturesAsync(new Dictionary<string, short> { ["kraft.version"] = level },
                    FeatureUpgradeType.Upgrade, isDryRun);
                return;
            }
            catch (KafkaException error) when (error.Code == ErrorCode.InvalidUpdateVersion)
            {
                limit.Token.ThrowIfCancellationRequested();
            }
        }
    }

    // A controller registers a moment after it has started.
    private static async Task WhenRegisteredAsync(Func<Task> unregister)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            try
            {
                await unregister();
                return;
            }
            catch (KafkaException error) when (error.Code == ErrorCode.ControllerIdNotRegistered)
            {
                await Task.Delay(20, limit.Token);
            }
        }
    }

    // Refused until it has caught up.
    private static async Task AddAsync(AdminClient admin, TestCluster cluster, int id)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            try
            {
                await admin.AddRaftVoterAsync(id, cluster.DirectoryIdOf(id), [("CONTROLLER", "127.0.0.1", 9093)]);
                return;
            }
            catch (KafkaException error) when (error.Code == ErrorCode.RequestTimedOut)
            {
                limit.Token.ThrowIfCancellationRequested();
            }
        }
    }

    private static async Task<QuorumDescription> WhenAsync(AdminClient admin, Func<QuorumDescription, bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            try
            {
                var quorum = await admin.DescribeQuorumAsync(limit.Token);
                if (condition(quorum))
                    return quorum;
            }
            catch (KafkaException) when (!limit.IsCancellationRequested)
            {
                // No leader for the moment.
            }
        }
    }
}
