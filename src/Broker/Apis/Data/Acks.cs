namespace Platform.Broker.Apis.Data;

/// <summary>How many replicas must hold records before a producer is answered.</summary>
internal static class Acks
{
    /// <summary>No answer at all.</summary>
    public const short None = 0;
    /// <summary>The leader's log suffices.</summary>
    public const short Leader = 1;
    /// <summary>Every in-sync replica.</summary>
    public const short All = -1;

    /// <summary>True for one of the three.</summary>
    public static bool IsValid(short acks) => acks is >= All and <= Leader;
}
