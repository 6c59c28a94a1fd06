using Platform.Cluster.Controller;
using Platform.Cluster.Metadata;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Tests.Controller;

/// <summary>Access rules: added, found, removed, refused, kept in snapshots.</summary>
public sealed class AclTests
{
    private readonly TestController _controller = new();

    [Fact]
    public void A_rule_that_is_there_already_is_added_once()
    {
        var first = Create(Creation("orders"), Creation("orders"));
        var second = Create(Creation("orders"));

        Assert.All(first.Results.Concat(second.Results), result => Assert.Equal(ErrorCode.None, result.ErrorCode));
        Assert.Equal("User:ann may Read Topic orders from *", Assert.Single(_controller.Image.Acls.ById).Value.ToString());
    }

    [Fact]
    public void Wrong_rules_are_refused_one_by_one()
    {
        CreateAclsRequest.AclCreation[] wrong =
        [
            Creation("orders", type: AclResourceType.Any), Creation("orders", pattern: AclPatternType.Match),
            Creation("orders", operation: AclOperation.Any), Creation("orders", permission: AclPermission.Any), Creation(""),
            Creation("cluster", type: AclResourceType.Cluster), Creation("orders", principal: "ann"),
            Creation("orders", host: "10.0.0.0/40"), Creation("orders", host: ""),
        ];

        var response = Create([Creation("orders"), .. wrong]);

        Assert.Equal(ErrorCode.None, response.Results[0].ErrorCode);
        Assert.All(response.Results.Skip(1), result => Assert.Equal(ErrorCode.InvalidRequest, result.ErrorCode));
        Assert.All(response.Results.Skip(1), result => Assert.NotEmpty(result.ErrorMessage!));
        Assert.Single(_controller.Image.Acls.ById);
    }

    [Theory]
    [InlineData(AclPatternType.Literal, "orders", "orders")]
    [InlineData(AclPatternType.Prefixed, "ord", "ord...")]
    [InlineData(AclPatternType.Any, "ord", "ord...")]
    [InlineData(AclPatternType.Match, "orders", "* ord... orders")]
    [InlineData(AclPatternType.Match, "others", "*")]
    [InlineData(AclPatternType.Any, null, "* ord... orders")]
    public void A_filter_finds_rules_by_pattern(AclPatternType pattern, string? name, string expected)
    {
        Create(Creation("orders"), Creation("ord", pattern: AclPatternType.Prefixed), Creation("*"));

        var found = DescribeAcls.Handle(_controller.Image.Acls, new DescribeAclsRequest
        {
            ResourceTypeFilter = (sbyte)AclResourceType.Topic,
            ResourceNameFilter = name,
            PatternTypeFilter = (sbyte)pattern,
            PrincipalFilter = null,
            HostFilter = null,
            Operation = (sbyte)AclOperation.Any,
            PermissionType = (sbyte)AclPermission.Any,
        });

        Assert.Equal(expected, string.Join(' ', found.Resources.Select(resource =>
            resource.ResourceName + ((AclPatternType)resource.PatternType == AclPatternType.Prefixed ? "..." : ""))));
    }

    [Fact]
    public void Rules_that_several_filters_match_are_removed_once_and_told_to_each()
    {
        Create(Creation("orders"), Creation("payments"));

        var response = Delete(Filter("orders"), Filter(null), Filter("gone"));

        Assert.Equal([1, 2, 0], response.FilterResults.Select(result => result.MatchingAcls.Count));
        Assert.Empty(_controller.Image.Acls.ById);
        Assert.Equal(ErrorCode.InvalidRequest, Delete(new DeleteAclsRequest.DeleteAclsFilter()).FilterResults[0].ErrorCode);
    }

    [Fact]
    public void A_snapshot_brings_all_rules_back_and_takes_those_away_that_are_gone()
    {
        Create(Creation("orders"), Creation("payments"));
        var before = _controller.Image;
        var delta = new MetadataDelta(MetadataImage.Empty);
        delta.Replay(before.ToRecords());
        var read = delta.Apply(before.Offset, before.Epoch);
        Delete(Filter("orders"));

        var difference = MetadataDelta.Between(read, _controller.Image);
        var back = difference.Apply(_controller.Image.Offset, 1);

        Assert.Equal(before.Acls.ById, read.Acls.ById);
        Assert.True(difference.Acls.HasChanges);
        Assert.Equal("payments", Assert.Single(back.Acls.ById).Value.ResourceName);
        Assert.False(MetadataDelta.Between(back, _controller.Image).Acls.HasChanges);
    }

    private CreateAclsResponse Create(params CreateAclsRequest.AclCreation[] creations) =>
        _controller.Run(context => CreateAcls.Handle(context, new CreateAclsRequest { Creations = [.. creations] }));

    private DeleteAclsResponse Delete(params DeleteAclsRequest.DeleteAclsFilter[] filters) =>
        _controller.Run(context => DeleteAcls.Handle(context, new DeleteAclsRequest { Filters = [.. filters] }));

    private static DeleteAclsRequest.DeleteAclsFilter Filter(string? name) => new()
    {
        ResourceTypeFilter = (sbyte)AclResourceType.Topic,
        ResourceNameFilter = name,
        PatternTypeFilter = (sbyte)AclPatternType.Any,
        PrincipalFilter = null,
        HostFilter = null,
        Operation = (sbyte)AclOperation.Any,
        PermissionType = (sbyte)AclPermission.Any,
    };

    private static CreateAclsRequest.AclCreation Creation(string name, AclResourceType type = AclResourceType.Topic,
        AclPatternType pattern = AclPatternType.Literal, string principal = "User:ann", string host = "*",
        AclOperation operation = AclOperation.Read, AclPermission permission = AclPermission.Allow) => new()
    {
        ResourceType = (sbyte)type,
        ResourceName = name,
        ResourcePatternType = (sbyte)pattern,
        Principal = principal,
        Host = host,
        Operation = (sbyte)operation,
        PermissionType = (sbyte)permission,
    };
}
