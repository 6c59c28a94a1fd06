namespace Platform.Storage;

/// <summary>An offset and where it lies, published as one object so that readers need no lock.</summary>
/// <param name="Offset">The offset.</param>
/// <param name="SegmentBaseOffset">Base offset of the segment; -1 when the place is not known.</param>
/// <param name="Position">Position in the segment's file, in bytes.</param>
internal sealed record LogOffsetMetadata(long Offset, long SegmentBaseOffset = -1, int Position = -1)
{
    internal bool HasPlace => SegmentBaseOffset >= 0;
}
