namespace Platform.Cluster.Raft;

/// <summary>The quorum did what its protocol rules out, for example asked to remove committed records. The node must
/// stop rather than go on with wrong data.</summary>
public sealed class RaftInvariantException(string message) : Exception(message);
