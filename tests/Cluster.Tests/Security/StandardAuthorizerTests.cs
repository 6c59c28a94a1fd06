using System.Collections.Immutable;
using Platform.Cluster.Metadata;
using Platform.Cluster.Security;
using Platform.Protocol;

namespace Platform.Cluster.Tests.Security;

public sealed class StandardAuthorizerTests
{
    private const string Ann = "User:ann";
    private const string Host = "10.1.2.3";

    [Fact]
    public void What_no_rule_is_about_is_denied_unless_the_setting_says_otherwise()
    {
        var strict = With([]);
        var open = With([], allowEveryone: true);

        Assert.Equal(AccessReason.NothingIsAllowed, strict.Decide(Ann, Host, AclOperation.Read, AclResourceType.Topic, "orders").Reason);
        Assert.Equal(AccessReason.NoRulesAtAll, open.Decide(Ann, Host, AclOperation.Read, AclResourceType.Topic, "orders").Reason);
    }

    [Fact]
    public void A_rule_about_somebody_else_closes_the_resource_for_all_others()
    {
        var authorizer = With([Allow("orders", "User:bob", AclOperation.Read)], allowEveryone: true);

        Assert.Equal(AccessReason.NoRuleAllows, authorizer.Decide(Ann, Host, AclOperation.Read, AclResourceType.Topic, "orders").Reason);
        Assert.True(authorizer.Decide(Ann, Host, AclOperation.Read, AclResourceType.Topic, "payments").IsAllowed);
    }

    [Fact]
    public void A_denial_wins_over_every_permission()
    {
        var authorizer = With(
        [
            Allow("orders", Ann, AclOperation.All),
            Allow("*", AclBinding.Everybody, AclOperation.Write),
            Rule("ord", AclPatternType.Prefixed, Ann, "*", AclOperation.Write, AclPermission.Deny),
        ]);

        var write = authorizer.Decide(Ann, Host, AclOperation.Write, AclResourceType.Topic, "orders");

        Assert.Equal(AccessReason.DeniedByRule, write.Reason);
        Assert.Contains("may not Write", write.Explain(), StringComparison.Ordinal);
        Assert.True(authorizer.Decide(Ann, Host, AclOperation.Read, AclResourceType.Topic, "orders").IsAllowed);
        Assert.True(authorizer.Decide("User:bob", Host, AclOperation.Write, AclResourceType.Topic, "orders").IsAllowed);
    }

    [Theory]
    [InlineData("orders", AclPatternType.Literal, "orders", true)]
    [InlineData("orders", AclPatternType.Literal, "orders-2", false)]
    [InlineData("ord", AclPatternType.Prefixed, "orders", true)]
    [InlineData("orders", AclPatternType.Prefixed, "orders", true)]
    [InlineData("orders-2", AclPatternType.Prefixed, "orders", false)]
    [InlineData("*", AclPatternType.Literal, "orders", true)]
    [InlineData("*", AclPatternType.Prefixed, "orders", false)]
    public void Names_match_literally_or_by_prefix(string pattern, AclPatternType type, string topic, bool matches)
    {
        var authorizer = With([Rule(pattern, type, Ann, "*", AclOperation.Read, AclPermission.Allow)]);

        Assert.Equal(matches, authorizer.Decide(Ann, Host, AclOperation.Read, AclResourceType.Topic, topic).IsAllowed);
    }

    [Theory]
    [InlineData("*", true)]
    [InlineData("10.1.2.3", true)]
    [InlineData("10.1.2.4", false)]
    [InlineData("10.0.0.0/8", true)]
    [InlineData("10.1.2.2/31", true)]
    [InlineData("10.1.2.4/30", false)]
    [InlineData("2001:db8::/32", false)]
    public void Hosts_match_by_address_or_range(string host, bool matches)
    {
        var authorizer = With([Rule("orders", AclPatternType.Literal, Ann, host, AclOperation.Read, AclPermission.Allow)]);

        Assert.Equal(matches, authorizer.Decide(Ann, Host, AclOperation.Read, AclResourceType.Topic, "orders").IsAllowed);
    }

    [Theory]
    [InlineData(AclOperation.Read, AclOperation.Describe, true)]
    [InlineData(AclOperation.Write, AclOperation.Describe, true)]
    [InlineData(AclOperation.Delete, AclOperation.Describe, true)]
    [InlineData(AclOperation.Alter, AclOperation.Describe, true)]
    [InlineData(AclOperation.Create, AclOperation.Describe, false)]
    [InlineData(AclOperation.AlterConfigs, AclOperation.DescribeConfigs, true)]
    [InlineData(AclOperation.Alter, AclOperation.DescribeConfigs, false)]
    [InlineData(AclOperation.All, AclOperation.Delete, true)]
    [InlineData(AclOperation.Describe, AclOperation.Read, false)]
    public void Some_operations_imply_others(AclOperation allowed, AclOperation asked, bool implied)
    {
        var authorizer = With([Allow("orders", Ann, allowed)]);

        Assert.Equal(implied, authorizer.Decide(Ann, Host, asked, AclResourceType.Topic, "orders").IsAllowed);
    }

    [Fact]
    public void A_denial_implies_nothing()
    {
        var authorizer = With(
        [
            Rule("orders", AclPatternType.Literal, Ann, "*", AclOperation.Read, AclPermission.Deny),
            Allow("orders", Ann, AclOperation.Describe),
        ]);

        Assert.True(authorizer.Decide(Ann, Host, AclOperation.Describe, AclResourceType.Topic, "orders").IsAllowed);
    }

    [Fact]
    public void Super_users_may_do_what_is_denied_to_everybody()
    {
        var deny = Rule("*", AclPatternType.Literal, AclBinding.Everybody, "*", AclOperation.All, AclPermission.Deny);
        var authorizer = With([deny], superUsers: [Ann]);

        Assert.Equal(AccessReason.SuperUser, authorizer.Decide(Ann, Host, AclOperation.Write, AclResourceType.Topic, "orders").Reason);
        Assert.False(authorizer.Decide("User:bob", Host, AclOperation.Write, AclResourceType.Topic, "orders").IsAllowed);
    }

    [Theory]
    [InlineData("orders", AclPatternType.Literal, "payments", AclPatternType.Literal, true)]
    [InlineData("orders", AclPatternType.Literal, "orders", AclPatternType.Literal, false)]
    [InlineData("orders", AclPatternType.Literal, "ord", AclPatternType.Prefixed, false)]
    [InlineData("ord", AclPatternType.Prefixed, "orders", AclPatternType.Literal, true)]
    [InlineData("ord", AclPatternType.Prefixed, "o", AclPatternType.Prefixed, false)]
    [InlineData("ord", AclPatternType.Prefixed, "orders", AclPatternType.Prefixed, true)]
    [InlineData("ord", AclPatternType.Prefixed, "*", AclPatternType.Literal, false)]
    public void Whoever_may_write_to_some_topic_may_have_a_producer_id(
        string allowed, AclPatternType allowedType, string denied, AclPatternType deniedType, bool expected)
    {
        var authorizer = With(
        [
            Rule(allowed, allowedType, Ann, "*", AclOperation.Write, AclPermission.Allow),
            Rule(denied, deniedType, Ann, "*", AclOperation.Write, AclPermission.Deny),
        ]);

        Assert.Equal(expected, authorizer.MayWithAny(Ann, Host, AclOperation.Write, AclResourceType.Topic));
    }

    [Fact]
    public void A_decision_makes_nothing_on_the_heap()
    {
        var authorizer = With(
            [Allow("orders", Ann, AclOperation.Write), Rule("pay", AclPatternType.Prefixed, Ann, "*", AclOperation.Write, AclPermission.Allow)]);
        authorizer.Decide(Ann, Host, AclOperation.Write, AclResourceType.Topic, "payments");

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
            authorizer.Decide(Ann, Host, AclOperation.Write, AclResourceType.Topic, "payments");

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Super_users_are_separated_by_semicolons_since_names_may_have_commas()
    {
        var users = SuperUsers.Parse("User:CN=a,O=b; User:ann;", out var problem);

        Assert.Null(problem);
        Assert.Equal(["User:CN=a,O=b", "User:ann"], users.Order(StringComparer.Ordinal));
        SuperUsers.Parse("User:ann;bob", out problem);
        Assert.Equal("bob", problem);
    }

    private static StandardAuthorizer With(AclBinding[] rules, bool allowEveryone = false, string[]? superUsers = null)
    {
        var byId = rules.Select((rule, index) => KeyValuePair.Create(new Uuid(1, index), rule)).ToImmutableSortedDictionary();
        return new StandardAuthorizer(new AclIndex(new AclsImage(byId)), (superUsers ?? []).ToHashSet(), allowEveryone);
    }

    private static AclBinding Allow(string topic, string principal, AclOperation operation) =>
        Rule(topic, AclPatternType.Literal, principal, "*", operation, AclPermission.Allow);

    private static AclBinding Rule(
        string topic, AclPatternType pattern, string principal, string host, AclOperation operation, AclPermission permission) =>
        new(AclResourceType.Topic, topic, pattern, principal, host, operation, permission);
}
