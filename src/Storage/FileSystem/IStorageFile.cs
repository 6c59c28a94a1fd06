namespace Platform.Storage;

/// <summary>An open file. Positions are explicit, so several threads may read while one writes.</summary>
public interface IStorageFile : IDisposable
{
    /// <summary>Bytes of the file.</summary>
    long Length { get; }

    /// <summary>Reads from <paramref name="position"/>; fewer bytes than asked only at the end of the file.</summary>
    int Read(Span<byte> destination, long position);

    /// <summary>Writes everything at <paramref name="position"/>, or throws; after an error part may be
    /// written.</summary>
    void Write(ReadOnlySpan<byte> source, long position);

    /// <summary>Cuts or extends the file, and gives back what was reserved behind its end.</summary>
    void SetLength(long length);

    /// <summary>Asks for disk blocks ahead of writing without changing the length. Advice: failures are
    /// ignored.</summary>
    void Reserve(long position, long count);

    /// <summary>Makes written bytes survive a power cut. An error means that they may be lost for good: never
    /// retry.</summary>
    void Flush();

    /// <summary>The file as a stream for <c>Socket.SendPacketsAsync</c>; null when the bytes lie in no real file.
    /// Owned by this object: do not dispose or move it.</summary>
    FileStream? SendStream { get; }
}
