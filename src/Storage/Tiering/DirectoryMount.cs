namespace Platform.Storage;

/// <summary>
/// The directory that a <see cref="DirectoryRemoteStorageManager"/> keeps copies in, marked by a file. A share that is
/// not mounted leaves an empty directory on the local disk: what is copied there is lost to every other broker, and what
/// is missing there is not gone. Nothing is believed of a directory without the mark.
/// </summary>
internal sealed class DirectoryMount(IFileSystem files, string root, bool initialize)
{
    /// <summary>Name of the file that says that this is the right directory.</summary>
    internal const string Marker = ".platform-remote-storage";

    private static readonly byte[] Explanation =
        "Segments of Platform's tiered storage. Do not delete: without this file the directory counts as not mounted.\n"u8
            .ToArray();

    private readonly Lock _lock = new();
    private bool _seen;

    public string Root => root;

    /// <summary>Returns when the directory is there; makes it when that is wanted and was not done before.</summary>
    /// <exception cref="RemoteStorageException">It is not the directory, or cannot be reached.</exception>
    public void Require()
    {
        lock (_lock)
        {
            if (!files.FileExists(Path.Combine(root, Marker)))
                Initialize();
            _seen = true;
        }
    }

    private void Initialize()
    {
        if (_seen || !initialize || !IsNew())
            throw new RemoteStorageException($"{root} holds no file {Marker}, so it is not the directory of remote storage: "
                + "is its share mounted on this machine? For a directory that shall become one, make that file");
        files.CreateDirectory(root);
        using (var marker = files.OpenFile(Path.Combine(root, Marker), FileOpening.ExistingOrNew))
        {
            marker.Write(Explanation, 0);
            marker.Flush();
        }
        files.SyncDirectory(root);
    }

    private bool IsNew() => !files.DirectoryExists(root) || files.List(root).Count == 0;
}
