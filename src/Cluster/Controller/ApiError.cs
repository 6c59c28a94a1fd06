using Platform.Protocol;

namespace Platform.Cluster.Controller;

/// <summary>Why a part of a request was refused.</summary>
/// <param name="Code">Code of the protocol.</param>
/// <param name="Message">What was wrong and what to do.</param>
public sealed record ApiError(ErrorCode Code, string Message);
