using System.Text;

namespace Platform.Storage;

/// <summary>Small files that are replaced as a whole: after a crash a reader sees the old content or the new
/// one.</summary>
public static class AtomicFile
{
    internal const string TemporarySuffix = ".tmp";

    /// <summary>A checkpoint larger than this is no checkpoint: refuse it instead of reading it into memory.</summary>
    public const int MaxBytes = 64 * 1024 * 1024;

    /// <summary>Writes beside the file, flushes, renames, and flushes the directory.</summary>
    public static void Write(IFileSystem files, string path, ReadOnlySpan<byte> content, bool flush = true)
    {
        var temporary = path + TemporarySuffix;
        files.DeleteFile(temporary);
        using (var file = files.OpenFile(temporary, FileOpening.New))
        {
            file.Write(content, 0);
            if (flush)
                file.Flush();
        }
        files.Move(temporary, path);
        if (flush)
            files.SyncDirectory(Path.GetDirectoryName(path)!);
    }

    internal static void Write(IFileSystem files, string path, string content, bool flush = true) =>
        Write(files, path, Encoding.UTF8.GetBytes(content), flush);

    /// <summary>The bytes of a file; null when it does not exist.</summary>
    public static byte[]? Read(IFileSystem files, string path)
    {
        if (!files.FileExists(path))
            return null;
        using var file = files.OpenFile(path, FileOpening.ReadOnly);
        var length = file.Length;
        if (length > MaxBytes)
            throw new CorruptLogException(path, $"{length} bytes, more than the {MaxBytes} that such a file can have");
        var content = new byte[length];
        var count = file.Read(content, 0);
        return count == length ? content : content[..count];
    }

    /// <summary>The text of a file; null when it does not exist.</summary>
    internal static string? ReadText(IFileSystem files, string path) =>
        Read(files, path) is { } bytes ? Encoding.UTF8.GetString(bytes) : null;
}
