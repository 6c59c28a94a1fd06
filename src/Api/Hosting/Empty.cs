namespace Platform.Api.Hosting;

/// <summary>The JSON object without members.</summary>
internal sealed record Empty
{
    public static Empty Value { get; } = new();
}
