namespace Platform.Storage;

/// <summary>A transaction that was aborted in this partition, as <c>.txnindex</c> keeps it.</summary>
/// <param name="ProducerId">Whose transaction.</param>
/// <param name="FirstOffset">Offset of its first record here.</param>
/// <param name="LastOffset">Offset of the marker that ended it.</param>
/// <param name="LastStableOffset">Offset before which no transaction was open once it had ended. Readers up to there
/// need not look at later entries.</param>
public readonly record struct AbortedTransaction(
    long ProducerId, long FirstOffset, long LastOffset, long LastStableOffset)
{
    /// <summary>The entries of a <c>.txnindex</c> file; what follows one that is none is left out.</summary>
    public static IReadOnlyList<AbortedTransaction> ReadIndex(ReadOnlySpan<byte> index)
    {
        var entries = new List<AbortedTransaction>(index.Length / TransactionIndex.EntrySize);
        for (; index.Length >= TransactionIndex.EntrySize; index = index[TransactionIndex.EntrySize..])
        {
            if (TransactionIndex.Decode(index) is not { } aborted)
                break;
            entries.Add(aborted);
        }
        return entries;
    }
}
