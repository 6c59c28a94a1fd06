using Microsoft.Extensions.Logging;
using Platform.Broker.Metadata;
using Platform.Broker.Network;
using Platform.Cluster.Configuration;
using Platform.Cluster.Metadata;
using Platform.Cluster.Security;
using Platform.Protocol;

namespace Platform.Broker.Security;

/// <summary>Who may do what on this node, by the access rules of the metadata. Without authorizer.class.name everybody may do
/// everything. One per node; from any thread.</summary>
internal sealed class Authorizer : IMetadataPublisher
{
    /// <summary>What clients are told that want to see or change rules when there is no authorizer.</summary>
    public const string IsOffMessage = "no authorizer is set on this node; authorizer.class.name names one";

    /// <summary>Lets everybody do everything.</summary>
    public static readonly Authorizer Off = new(
        isOn: false, new HashSet<string>(), allowsEveryoneWithoutRules: true, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);

    private readonly IReadOnlySet<string> _superUsers;
    private readonly bool _allowsEveryoneWithoutRules;
    private readonly ILogger _logger;
    private volatile StandardAuthorizer _rules;
    private long _allowed;
    private long _denied;

    /// <summary>An authorizer as the settings say, without rules yet.</summary>
    public Authorizer(BrokerConfig config, ILogger logger)
        : this(config[BrokerConfigs.AuthorizerClassName].Length > 0, SuperUsers.Parse(config[BrokerConfigs.SuperUsers], out _),
            config[BrokerConfigs.AllowEveryoneIfNoAclFound], logger)
    {
    }

    private Authorizer(bool isOn, IReadOnlySet<string> superUsers, bool allowsEveryoneWithoutRules, ILogger logger)
    {
        (IsOn, _superUsers, _allowsEveryoneWithoutRules, _logger) = (isOn, superUsers, allowsEveryoneWithoutRules, logger);
        _rules = With(AclsImage.Empty);
    }

    /// <summary>True when requests are checked at all.</summary>
    public bool IsOn { get; }

    /// <summary>Times that access was allowed, since the start.</summary>
    public long Allowed => Interlocked.Read(ref _allowed);

    /// <summary>Times that access was refused, since the start.</summary>
    public long Denied => Interlocked.Read(ref _denied);

    /// <inheritdoc/>
    public void Publish(MetadataDelta delta, MetadataImage image)
    {
        if (IsOn && delta.Acls.HasChanges)
            _rules = With(image.Acls);
    }

    /// <summary>May the client do it? A refusal is logged with its reason.</summary>
    public bool Allows(RequestContext context, in Needed needed)
    {
        if (!IsOn)
            return true;
        var decision = Decide(context, needed);
        Interlocked.Increment(ref decision.IsAllowed ? ref _allowed : ref _denied);
        if (!decision.IsAllowed)
            _logger.Refused(context.Connection.Principal, context.ClientHost, context.ApiKey, needed.Operation, needed.Type,
                needed.Name, decision.Explain());
        return decision.IsAllowed;
    }

    /// <summary>May the client do it? For questions whose answer is no refusal: what a client sees in a list.</summary>
    public bool Sees(RequestContext context, in Needed needed) => !IsOn || Decide(context, needed).IsAllowed;

    /// <summary>Is there any topic that the client may write to (KIP-679)?</summary>
    public bool MayWriteSomewhere(RequestContext context) => !IsOn
        || _rules.MayWithAny(context.Connection.Principal, context.ClientHost, AclOperation.Write, AclResourceType.Topic);

    /// <summary>What the client may do with a resource, as bits (KIP-430).</summary>
    public int Operations(RequestContext context, AclResourceType type, string name) =>
        SupportedOperations.Bits(type, operation => Sees(context, new Needed(operation, type, name)));

    private AccessDecision Decide(RequestContext context, in Needed needed) => _rules.Decide(
        context.Connection.Principal, context.ClientHost, needed.Operation, needed.Type, needed.Name);

    private StandardAuthorizer With(AclsImage acls) => new(new AclIndex(acls), _superUsers, _allowsEveryoneWithoutRules);
}

/// <summary>What the authorizer says in the log.</summary>
internal static partial class AuthorizerLog
{
    [LoggerMessage(LogLevel.Information, "{Principal} from {Host} may not {Operation} {Type} {Name}, which {Api} needs: {Reason}")]
    public static partial void Refused(this ILogger logger, string principal, string host, Protocol.Messages.ApiKey api,
        AclOperation operation, AclResourceType type, string name, string reason);
}
