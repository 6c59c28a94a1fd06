namespace Platform.Simulation.Whole;

/// <summary>Mistakes that protocols of this kind are known for. Made on purpose, in the doubles around the product's code, to
/// see that the invariants notice them.</summary>
public enum ProtocolBug
{
    /// <summary>None.</summary>
    None,
    /// <summary>A voter forgets its vote and gives another in the same epoch.</summary>
    VotesTwice,
    /// <summary>A vote is answered before it is on disk, and a crash loses it.</summary>
    VoteIsNotFlushed,
    /// <summary>A replica of the metadata says that it has flushed when it has not.</summary>
    FlushIsNotWaitedFor,
    /// <summary>Brokers act on metadata that is not committed.</summary>
    MetadataIsReadUncommitted,
    /// <summary>The controller answers before its records are committed.</summary>
    ControllerAnswersTooEarly,
    /// <summary>The high watermark is the leader's own end, whoever has fetched.</summary>
    WatermarkIgnoresIsr,
    /// <summary>acks=all is given with fewer than min.insync.replicas.</summary>
    MinIsrIsIgnored,
    /// <summary>A producer is answered when the leader has appended.</summary>
    AcknowledgedTooEarly,
    /// <summary>A follower keeps what diverges from its leader.</summary>
    DivergingTailIsKept,
    /// <summary>Nobody compares leader epochs of fetches and their answers.</summary>
    EpochIsNotChecked,
    /// <summary>A follower joins the in-sync replicas before it has caught up.</summary>
    JoinsIsrTooEarly,
    /// <summary>A replica that is not in sync is elected.</summary>
    ElectionIsUnclean,
}
