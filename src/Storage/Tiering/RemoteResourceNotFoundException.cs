namespace Platform.Storage;

/// <summary>Remote storage does not hold what it was asked for.</summary>
public sealed class RemoteResourceNotFoundException(string message, Exception? inner = null)
    : RemoteStorageException(message, inner);
