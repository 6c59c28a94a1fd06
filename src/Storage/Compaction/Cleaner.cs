using Platform.Protocol.Compression;
using Platform.Protocol.Records;

namespace Platform.Storage;

/// <summary>What a pass over a log may use.</summary>
/// <param name="MapBytes">Memory for keys.</param>
/// <param name="MapLoadFactor">Share of it that is used.</param>
/// <param name="BufferBytes">Bytes that are collected before they are written.</param>
/// <param name="Pace">Is told of all bytes read and written. It blocks to hold a rate, and throws
/// <see cref="OperationCanceledException"/> to end the pass.</param>
internal sealed record CleanerResources(long MapBytes, double MapLoadFactor, int BufferBytes, Action<int> Pace);

/// <summary>
/// One pass of compaction over one log: 1. notes the newest offset of every key in the part that is dirty, as far as
/// memory allows; 2. groups all segments up to there; 3. rewrites each group into one segment without records that a
/// newer one of the same key replaces; 4. puts it in the place of the old ones. Readers notice nothing.
/// </summary>
internal sealed class Cleaner(CleanerResources resources, long nowMs)
{
    private CleanerStats _stats;

    /// <summary>Cleans a log.</summary>
    /// <returns>The offset up to which the log is compacted now, and what happened.</returns>
    /// <exception cref="CleaningAbortedException">The log was truncated, closed or deleted meanwhile.</exception>
    /// <exception cref="CorruptLogException">A batch is damaged, or too large for the memory for keys.</exception>
    internal (long EndOffset, CleanerStats Stats) Clean(UnifiedLog log, CleaningView view)
    {
        // After the view was taken: what changes in between is either seen here or ends the pass.
        var cleanable = CleanableLog.Of(log, nowMs);
        var map = CreateMap(cleanable);
        FillMap(map, cleanable, view);
        var endOffset = map.LatestOffset + 1;
        if (endOffset <= cleanable.FirstDirtyOffset)
            throw new CorruptLogException(log.DirectoryPath, $"the batch at offset {cleanable.FirstDirtyOffset} has " +
                "more keys than fit into the memory of the cleaner: raise log.cleaner.dedupe.buffer.size");
        var segments = Array.FindAll(view.Segments, segment => segment.BaseOffset < endOffset);
        var rules = new CleaningRules(map, new CleanedTransactions(), log.IsLastOfProducer,
            cleanable.FirstUncleanableOffset, nowMs, log.Config.DeleteRetentionMs);
        foreach (var group in SegmentGroups.Of(segments, log.Config, cleanable.FirstUncleanableOffset))
            CleanGroup(log, view, group, rules);
        return (endOffset, _stats);
    }

    // Small logs need little: there cannot be more keys than offsets.
    private OffsetMap CreateMap(CleanableLog cleanable)
    {
        var keysMax = (cleanable.FirstUncleanableOffset - cleanable.FirstDirtyOffset) / resources.MapLoadFactor + 1;
        var slots = Math.Min(Math.Min(resources.MapBytes / OffsetMap.SlotBytes, keysMax), Array.MaxLength);
        return new OffsetMap((int)slots, resources.MapLoadFactor);
    }

    private void FillMap(OffsetMap map, CleanableLog cleanable, CleaningView view)
    {
        var transactions = new CleanedTransactions();
        transactions.Add(cleanable.Log.AbortedTransactions(
            cleanable.FirstDirtyOffset, cleanable.FirstUncleanableOffset));
        for (var i = 0; i < view.Segments.Length - 1; i++)
        {
            var (begin, end) = (view.Segments[i].BaseOffset, view.Segments[i + 1].BaseOffset);
            if (begin >= cleanable.FirstUncleanableOffset)
                return;
            if (end > cleanable.FirstDirtyOffset &&
                !AddSegment(map, view.Segments[i], cleanable.FirstDirtyOffset, transactions))
                return;
            // Batches that were removed before leave gaps.
            if (end > cleanable.FirstDirtyOffset)
                map.UpdateLatestOffset(end - 1);
        }
    }

    // False when the map was full before the segment ended.
    private bool AddSegment(OffsetMap map, LogSegment segment, long firstDirty, CleanedTransactions transactions)
    {
        var isWhole = true;
        segment.ReadBatches(firstDirty, (batch, header) =>
        {
            resources.Pace(batch.Length);
            isWhole = AddBatch(map, batch, header, firstDirty, transactions);
            if (isWhole && header.LastOffset >= firstDirty)
                map.UpdateLatestOffset(header.LastOffset);
            return isWhole;
        });
        return isWhole;
    }

    private static bool AddBatch(OffsetMap map, ReadOnlyMemory<byte> batch, in RecordBatchHeader header,
        long firstDirty, CleanedTransactions transactions)
    {
        if (header.IsControl)
        {
            transactions.OnControlBatch(header, batch);
            return true;
        }
        if (transactions.OnBatch(header) || header.RecordCount == 0)
            return true;
        using var plain = Decompress(header, batch.Span[RecordBatchHeader.Size..]);
        var records = new RecordWalker(plain is null ? batch.Span[RecordBatchHeader.Size..] : plain.WrittenSpan);
        while (records.MoveNext())
        {
            var offset = header.BaseOffset + records.OffsetDelta;
            if (!records.HasKey || offset < firstDirty)
                continue;
            if (map.IsFull)
                return false;
            map.Put(records.Key, offset);
        }
        return true;
    }

    private static PooledBuffer? Decompress(in RecordBatchHeader header, ReadOnlySpan<byte> records)
    {
        if (header.Compression == CompressionType.None)
            return null;
        try
        {
            return CompressionCodecs.Decompress(header.Compression, records, LogValidator.MaxDecompressedBytes);
        }
        catch (CompressionException wrong)
        {
            throw new CorruptRecordException(
                $"the batch at offset {header.BaseOffset} cannot be decompressed: {wrong.Message}", wrong);
        }
    }

    private void CleanGroup(UnifiedLog log, CleaningView view, LogSegment[] group, CleaningRules rules)
    {
        var cleaned = log.CreateCleanedSegment(group);
        var isPlaced = false;
        try
        {
            using var batches = new BatchCleaner(rules);
            rules.Transactions.Retained = aborted => cleaned.AbortedTransactions.Append(aborted);
            foreach (var segment in group)
                CleanSegment(log, view, segment, cleaned, batches, rules.Transactions);
            _stats += batches.Stats;
            isPlaced = log.Replace(view, group, cleaned);
        }
        finally
        {
            if (!isPlaced)
                cleaned.Discard();
        }
        if (!isPlaced)
            throw new CleaningAbortedException(log.TopicPartition);
    }

    private void CleanSegment(UnifiedLog log, CleaningView view, LogSegment segment, LogSegment cleaned,
        BatchCleaner batches, CleanedTransactions transactions)
    {
        transactions.Add(log.AbortedTransactions(segment.BaseOffset, view.EndOf(segment)));
        using var output = new PooledBuffer(resources.BufferBytes);
        segment.ReadBatches(segment.BaseOffset, (batch, header) =>
        {
            var before = output.Length;
            batches.Clean(batch, header, output);
            resources.Pace(batch.Length + output.Length - before);
            if (output.Length >= resources.BufferBytes)
                WriteOut(output, cleaned, log);
            return true;
        });
        WriteOut(output, cleaned, log);
    }

    private static void WriteOut(PooledBuffer output, LogSegment cleaned, UnifiedLog log)
    {
        if (output.Length > 0)
            cleaned.Append(output.WrittenSpan, log.Config with { Preallocate = false }, nowMs: -1);
        output.Truncate(0);
    }
}
