using Platform.Protocol.Records;

namespace Platform.Storage;

/// <summary>What a control batch says that ends a producer's transaction.</summary>
/// <param name="IsAbort">Aborted, not committed.</param>
/// <param name="CoordinatorEpoch">Epoch of the coordinator that decided.</param>
internal readonly record struct EndTransactionMarker(bool IsAbort, int CoordinatorEpoch)
{
    /// <summary>Larger control batches are no markers.</summary>
    internal const int BytesMax = 1024;

    /// <summary>Reads a control batch; null when it is about something else.</summary>
    internal static EndTransactionMarker? Read(ReadOnlySpan<byte> batch)
    {
        if (batch.Length > BytesMax)
            return null;
        foreach (var record in RecordBatch.Parse(batch.ToArray()).Records(BytesMax))
        {
            var control = ControlRecord.Parse(record);
            return control.Type is ControlRecordType.Abort or ControlRecordType.Commit
                ? new EndTransactionMarker(control.Type == ControlRecordType.Abort, control.ReadCoordinatorEpoch())
                : null;
        }
        return null;
    }
}
