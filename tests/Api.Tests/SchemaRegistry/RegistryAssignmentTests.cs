using System.Text;
using Platform.Api.SchemaRegistry.Leadership;

namespace Platform.Api.Tests.SchemaRegistry;

/// <summary>Who is elected, and the bytes by which registries tell each other.</summary>
public sealed class RegistryAssignmentTests
{
    private static RegistryIdentity At(string host, bool isEligible = true, bool leads = false) =>
        new(1, host, 8081, isEligible, "http", leads);

    [Fact]
    public void The_lowest_address_leads() => Assert.Equal("two", RegistryAssignment.Elect(
        [("one", At("b")), ("two", At("a")), ("three", At("c"))]).LeaderMemberId);

    [Fact]
    public void Who_leads_already_goes_on() => Assert.Equal("one", RegistryAssignment.Elect(
        [("one", At("b", leads: true)), ("two", At("a"))]).LeaderMemberId);

    [Fact]
    public void Who_may_not_lead_is_passed_over()
    {
        Assert.Equal("two", RegistryAssignment.Elect([("one", At("a", isEligible: false)), ("two", At("b"))]).LeaderMemberId);
        Assert.Null(RegistryAssignment.Elect([("one", At("a", isEligible: false))]).LeaderMemberId);
    }

    [Fact]
    public void Assignments_are_written_as_other_registries_write_them()
    {
        var written = Encoding.UTF8.GetString(RegistryAssignment.Elect([("one", At("a"))]).Encode());

        Assert.Equal("""{"version":1,"error":0,"master":"one","master_identity":{"version":1,"host":"a","port":8081,"""
            + "\"master_eligibility\":true,\"scheme\":\"http\",\"leader\":true}}", written);
        Assert.Equal("http://a:8081", RegistryAssignment.Decode(Encoding.UTF8.GetBytes(written))!.Leader!.Url);
    }

    [Fact]
    public void A_foreign_member_is_no_registry() =>
        Assert.Null(RegistryIdentity.Decode([0, 1, 0, 0]));
}
