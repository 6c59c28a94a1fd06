namespace Platform.Client.Network;

/// <summary>What may differ from one request to the next.</summary>
/// <param name="TimeoutMs">How long the answer may take; <c>request.timeout.ms</c> when null.</param>
/// <param name="MaxVersion">Newest version that may be used, because the body lacks what later ones need.</param>
/// <param name="SizeHint">About how many bytes the request takes, so that its buffer need not grow.</param>
public readonly record struct RequestSettings(int? TimeoutMs = null, short? MaxVersion = null, int SizeHint = 512);
