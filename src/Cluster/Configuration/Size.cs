namespace Platform.Cluster.Configuration;

/// <summary>Sizes in bytes, for readable defaults.</summary>
internal static class Size
{
    public const int KiB = 1024;
    public const int MiB = 1024 * KiB;
    public const int GiB = 1024 * MiB;
}
