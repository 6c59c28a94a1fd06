namespace Platform.Client.Network;

/// <summary>Who is to answer a request.</summary>
public readonly record struct Destination
{
    internal enum Kind { Any, Controller, Node, Group, Transaction }

    internal Kind To { get; private init; }
    internal int NodeId { get; private init; }
    internal string? Key { get; private init; }

    /// <summary>Whichever broker is least busy.</summary>
    public static Destination Any => default;

    /// <summary>The broker that metadata names as controller; every broker forwards what only a controller can
    /// do.</summary>
    public static Destination Controller => new() { To = Kind.Controller };

    /// <summary>One broker.</summary>
    public static Destination Node(int nodeId) => new() { To = Kind.Node, NodeId = nodeId };

    /// <summary>The coordinator of a consumer group.</summary>
    public static Destination GroupCoordinator(string groupId) => new() { To = Kind.Group, Key = groupId };

    /// <summary>The coordinator of a transactional id.</summary>
    public static Destination TransactionCoordinator(string transactionalId) =>
        new() { To = Kind.Transaction, Key = transactionalId };

    /// <inheritdoc/>
    public override string ToString() => To switch
    {
        Kind.Node => $"broker {NodeId}",
        Kind.Group => $"coordinator of group {Key}",
        Kind.Transaction => $"coordinator of {Key}",
        Kind.Controller => "controller",
        _ => "any broker",
    };
}
