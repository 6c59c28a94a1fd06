using System.Runtime.InteropServices;

namespace Platform.Protocol.Compression;

/// <summary>The working memory of libzstd, one pair per thread: creating one costs more than compressing a
/// batch.</summary>
internal sealed unsafe class ZstdContext : SafeHandle
{
    [ThreadStatic]
    private static ZstdContext? compressor;

    [ThreadStatic]
    private static ZstdContext? decompressor;

    private readonly bool _compresses;

    private ZstdContext(bool compresses)
        : base(0, ownsHandle: true)
    {
        var zstd = ZstdLibrary.Instance;
        _compresses = compresses;
        SetHandle(compresses ? zstd.CreateCompressor() : zstd.CreateDecompressor());
        if (IsInvalid)
            throw new CompressionException("zstd: out of memory");
    }

    /// <summary>The compressor of this thread.</summary>
    internal static nint Compressor => (compressor ??= new ZstdContext(compresses: true)).handle;

    /// <summary>The decompressor of this thread, in its initial state.</summary>
    internal static nint Decompressor
    {
        get
        {
            const int resetSessionOnly = 1;
            decompressor ??= new ZstdContext(compresses: false);
            ZstdLibrary.Instance.ResetDecompressor(decompressor.handle, resetSessionOnly);
            return decompressor.handle;
        }
    }

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        var zstd = ZstdLibrary.Instance;
        _ = _compresses ? zstd.FreeCompressor(handle) : zstd.FreeDecompressor(handle);
        return true;
    }
}
