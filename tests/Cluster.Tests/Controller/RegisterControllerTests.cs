using Platform.Cluster.Controller;
using Platform.Cluster.Metadata;
using Platform.Cluster.Transactions;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Tests.Controller;

/// <summary>Controllers register (KIP-919), and keep the levels of features within what they support.</summary>
public sealed class RegisterControllerTests
{
    private readonly TestController _controller = new();

    [Fact]
    public void A_process_is_registered_once()
    {
        Register(Request(1));
        var offset = _controller.Image.Offset;
        Register(Request(1));

        Assert.Equal(offset, _controller.Image.Offset);
        Register(Request(1, incarnation: 2));
        Assert.Equal(new Uuid(5, 2), _controller.Image.Cluster.Controllers[1].IncarnationId);
    }

    [Fact]
    public void An_operator_says_that_a_controller_will_not_come_back()
    {
        Register(Request(1));
        Register(Request(2));
        Register(Request(3));

        Assert.Equal(ErrorCode.ControllerIdNotRegistered, Unregister(9).ErrorCode);
        Assert.Contains("active", Unregister(1).ErrorMessage);
        Assert.Contains("has a vote", Unregister(2).ErrorMessage);
        Assert.Equal(ErrorCode.None, Unregister(3).ErrorCode);
        Assert.Equal([1, 2], _controller.Image.Cluster.Controllers.Keys);
    }

    private UnregisterControllerResponse Unregister(int id) => _controller.Run(
        context => UnregisterController.Handle(context with { Voters = [1, 2] }, new() { ControllerId = id }));

    [Fact]
    public void One_that_does_not_support_a_level_in_force_is_refused_and_named()
    {
        var old = Request(3);
        old.Features.RemoveAll(feature => feature.Name == TransactionVersion.FeatureName);

        var response = Register(old);

        Assert.Equal(ErrorCode.UnsupportedVersion, response.ErrorCode);
        Assert.Contains("controller 3 does not support", response.ErrorMessage);
    }

    [Fact]
    public void A_level_that_a_controller_does_not_support_is_not_raised()
    {
        Update(1, type: 2);
        var old = Request(3);
        old.Features.Single(feature => feature.Name == TransactionVersion.FeatureName).MaxSupportedVersion = 1;
        Assert.Equal(ErrorCode.None, Register(old).ErrorCode);

        var response = Update(2, type: 1);

        Assert.Contains("controller 3 supports levels 0 to 1 only", response.ErrorMessage);
    }

    private UpdateFeaturesResponse Update(short level, sbyte type) => _controller.Run(context =>
        UpdateFeatures.Handle(context, new()
        {
            FeatureUpdates =
                [new() { Feature = TransactionVersion.FeatureName, MaxVersionLevel = level, UpgradeType = type }],
        }));

    private ControllerRegistrationResponse Register(ControllerRegistrationRequest request) =>
        _controller.Run(context => RegisterController.Handle(context, request));

    private static ControllerRegistrationRequest Request(int id, int incarnation = 1) => new()
    {
        ControllerId = id,
        IncarnationId = new Uuid(5, incarnation),
        Listeners = [new() { Name = "CONTROLLER", Host = "localhost", Port = 9093 }],
        Features = [.. SupportedFeatures.All.Select(feature => new ControllerRegistrationRequest.Feature
        {
            Name = feature.Key,
            MinSupportedVersion = feature.Value.Min,
            MaxSupportedVersion = feature.Value.Max,
        })],
    };
}
