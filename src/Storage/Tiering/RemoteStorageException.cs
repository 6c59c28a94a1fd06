namespace Platform.Storage;

/// <summary>Remote storage did not do what it was asked: it says what was asked and why it failed.</summary>
public class RemoteStorageException(string message, Exception? inner = null) : IOException(message, inner);
