namespace Platform.Api.SchemaRegistry.Config;

/// <summary>What a mode allows.</summary>
internal static class RegistryModes
{
    /// <summary>Reads a mode in any case; null when it is none that is served here.</summary>
    public static RegistryMode? Parse(string? text) =>
        Enum.TryParse<RegistryMode>(text, ignoreCase: true, out var mode) && Enum.IsDefined(mode)
            && !char.IsAsciiDigit(text![0]) ? mode : null;

    public static bool IsReadOnly(this RegistryMode mode) =>
        mode is RegistryMode.READONLY or RegistryMode.READONLY_OVERRIDE;
}
