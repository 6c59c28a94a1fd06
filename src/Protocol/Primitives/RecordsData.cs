namespace Platform.Protocol;

/// <summary>Record batches that lie in a file and can be sent without being read. The file stays open until the slice
/// is disposed, which <see cref="ProtocolWriter"/> does for those that it was given.</summary>
public interface IRecordsSlice : IDisposable
{
    /// <summary>Bytes of the slice.</summary>
    int SizeInBytes { get; }

    /// <summary>Copies the slice, for connections that cannot send from a file.</summary>
    void CopyTo(Span<byte> destination);
}

/// <summary>
/// The value of a <c>records</c> field: null, bytes in memory, or a slice of a log segment. Received records are a
/// slice of their frame and valid only as long as it.
/// </summary>
public readonly struct RecordsData
{
    private readonly bool _present;

    /// <summary>Records in memory.</summary>
    public RecordsData(ReadOnlyMemory<byte> memory)
    {
        Memory = memory;
        _present = true;
    }

    /// <summary>Records in a file.</summary>
    public RecordsData(IRecordsSlice slice)
    {
        Slice = slice;
        _present = true;
    }

    /// <summary>No records, but not null.</summary>
    public static RecordsData Empty => new(ReadOnlyMemory<byte>.Empty);

    /// <summary>The bytes, when they are in memory.</summary>
    public ReadOnlyMemory<byte> Memory { get; }

    /// <summary>The slice, when they are in a file.</summary>
    public IRecordsSlice? Slice { get; }

    /// <summary>True for the null of the protocol.</summary>
    public bool IsNull => !_present;

    /// <summary>Bytes of all batches.</summary>
    public int SizeInBytes => Slice?.SizeInBytes ?? Memory.Length;
}
