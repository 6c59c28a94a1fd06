using Platform.Protocol.Messages;
using static Platform.Cluster.Tests.Groups.GroupRequests;

namespace Platform.Cluster.Tests.Groups;

/// <summary>
/// Goal: whatever members do, a group has one generation and one leader at a time, and nobody waits for ever.
/// Method: seeded members that join, crash, leave, lose connections and move to new coordinators; then peace, in which
/// the group must become stable with every member in it.
/// </summary>
public sealed class RandomGroupTests
{
    private const int StepMs = 1_000;
    private const int Steps = 400;

    // In peace the slowest way to stability is a rebalance that waits for ghosts, twice.
    private const int PeaceSteps = 4 * RebalanceMs / StepMs;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 40)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Groups_come_to_rest_with_all_living_members(int seed)
    {
        var random = new Random(seed);
        var world = new World(seed);

        for (var step = 0; step < Steps; step++)
            world.Disturb(random);
        for (var step = 0; step < PeaceSteps; step++)
            world.Step();

        world.AssertAtRest();
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_group_whose_members_all_die_becomes_empty(int seed)
    {
        var random = new Random(seed);
        var world = new World(seed);

        for (var step = 0; step < Steps; step++)
            world.Disturb(random);
        world.CrashAll();
        for (var step = 0; step < PeaceSteps; step++)
            world.Step();

        Assert.Contains(world.Tester.Describe().GroupState, new[] { "Empty", "Dead" });
    }

    private sealed class World(int seed)
    {
        private readonly List<SimulatedMember> _living = [];
        private readonly Dictionary<int, JoinGroupResponse> _leaderAnswers = [];
        private int _highestGeneration;

        public GroupTester Tester { get; private set; } = new();

        public void Disturb(Random random)
        {
            // Some worlds never come to rest, others have the time to become stable between two blows.
            switch (random.Next((seed % 3) switch { 0 => 40, 1 => 200, _ => 2_000 }))
            {
                case < 8 when _living.Count < 8: _living.Add(NewMember(random)); break;
                case 9: WithSomeone(random, member => member.Leave(Tester), remove: true); break;
                case 10 or 11: WithSomeone(random, member => member.Crash(), remove: true); break;
                case 12 or 13: WithSomeone(random, member => member.Disconnect(), remove: false); break;
                case 14: Failover(); break;
            }
            Step();
        }

        public void Step()
        {
            foreach (var member in _living)
                member.Step(Tester);
            Tester.Advance(StepMs);
            CheckGenerations();
        }

        public void CrashAll() => _living.Clear();

        public void AssertAtRest()
        {
            var generations = _living.Select(member => member.Generation).Distinct().ToList();
            var shares = _living.Select(member => member.Share).Order().ToList();

            Assert.All(_living, member => Assert.False(member.IsWaiting, $"seed {seed}: a member still waits"));
            Assert.True(generations.Count <= 1, $"seed {seed}: generations {string.Join(", ", generations)}");
            Assert.Equal(Enumerable.Range(0, _living.Count).Select(share => (int?)share), shares);
            Assert.Equal(_living.Count, Tester.Describe().Members.Count);
        }

        // Static members come back under names that were used before.
        private SimulatedMember NewMember(Random random)
        {
            var name = $"static-{random.Next(3)}";
            var isFree = _living.TrueForAll(member => member.InstanceId != name);
            return new SimulatedMember(isFree && random.Next(3) == 0 ? name : null);
        }

        private void WithSomeone(Random random, Action<SimulatedMember> action, bool remove)
        {
            if (_living.Count == 0)
                return;
            var member = _living[random.Next(_living.Count)];
            action(member);
            if (remove)
                _living.Remove(member);
        }

        private void Failover()
        {
            Tester = Tester.Failover();
            foreach (var member in _living)
                member.Disconnect();
            // A new coordinator begins with the generation of the log, which may be one that nobody synced.
            _leaderAnswers.Clear();
            _highestGeneration = 0;
        }

        private void CheckGenerations()
        {
            foreach (var answer in _living.SelectMany(member => member.Joins))
                Check(answer);
            foreach (var member in _living)
                member.Joins.Clear();
        }

        private void Check(JoinGroupResponse answer)
        {
            Assert.True(
                answer.GenerationId >= _highestGeneration - 1,
                $"seed {seed}: generation {answer.GenerationId} after {_highestGeneration}");
            _highestGeneration = Math.Max(_highestGeneration, answer.GenerationId);
            if (answer.Members.Count == 0 || answer.SkipAssignment)
                return;
            Assert.Equal(answer.Leader, answer.MemberId);
            var first = _leaderAnswers.GetValueOrDefault(answer.GenerationId) ?? answer;
            _leaderAnswers[answer.GenerationId] = first;
            Assert.Equal(first.Leader, answer.Leader);
            Assert.Equal(
                first.Members.Select(member => member.MemberId),
                answer.Members.Select(member => member.MemberId));
        }
    }
}
