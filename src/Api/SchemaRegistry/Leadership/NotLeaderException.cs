namespace Platform.Api.SchemaRegistry.Leadership;

/// <summary>
/// A write came to a registry that does not lead, or whose leadership another one has taken over. Nothing was written.
/// </summary>
internal sealed class NotLeaderException(string message) : Exception(message);
