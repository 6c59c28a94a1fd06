namespace Platform.Protocol;

/// <summary>Bytes that do not follow the protocol: truncated, too long, or not what the version defines.</summary>
public sealed class ProtocolException(string message) : Exception(message);

/// <summary>A message holds a value that the version to be written cannot carry.</summary>
public sealed class UnsupportedFieldException(string message) : Exception(message)
{
    internal static UnsupportedFieldException For(string field, short version) =>
        new($"{field} is set, but version {version} of the message cannot carry it");
}
