using Platform.Cluster.Coordination;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Transactions;

/// <summary>Partitions that join the next transaction as soon as the markers of the last one are written.</summary>
/// <param name="Context">Who asked.</param>
/// <param name="Asked">What for.</param>
internal sealed record WaitingPartitions(
    CoordinatorRequestContext Context, AddPartitionsToTxnRequest.AddPartitionsToTxnTransaction Asked);
