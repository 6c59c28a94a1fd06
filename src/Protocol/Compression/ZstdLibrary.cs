using System.Runtime.InteropServices;

namespace Platform.Protocol.Compression;

/// <summary>The functions of libzstd that are used, loaded when the first zstd batch is met.</summary>
internal sealed unsafe class ZstdLibrary
{
    private static readonly string[] FileNames = ["libzstd.so.1", "libzstd.1.dylib", "libzstd.dll"];
    private static readonly Lazy<ZstdLibrary?> Loaded = new(TryLoad);

    internal readonly delegate* unmanaged[Cdecl]<nint> CreateCompressor;
    internal readonly delegate* unmanaged[Cdecl]<nint, nuint> FreeCompressor;
    internal readonly delegate* unmanaged[Cdecl]<nuint, nuint> CompressBound;
    internal readonly delegate* unmanaged[Cdecl]<nint, byte*, nuint, byte*, nuint, int, nuint> Compress;
    internal readonly delegate* unmanaged[Cdecl]<nint> CreateDecompressor;
    internal readonly delegate* unmanaged[Cdecl]<nint, nuint> FreeDecompressor;
    internal readonly delegate* unmanaged[Cdecl]<nint, int, nuint> ResetDecompressor;
    internal readonly delegate* unmanaged[Cdecl]<nint, OutBuffer*, InBuffer*, nuint> DecompressStream;
    private readonly delegate* unmanaged[Cdecl]<nuint, uint> _isError;
    private readonly delegate* unmanaged[Cdecl]<nuint, byte*> _errorName;

    private ZstdLibrary(nint library)
    {
        CreateCompressor = (delegate* unmanaged[Cdecl]<nint>)Export("ZSTD_createCCtx");
        FreeCompressor = (delegate* unmanaged[Cdecl]<nint, nuint>)Export("ZSTD_freeCCtx");
        CompressBound = (delegate* unmanaged[Cdecl]<nuint, nuint>)Export("ZSTD_compressBound");
        Compress =
            (delegate* unmanaged[Cdecl]<nint, byte*, nuint, byte*, nuint, int, nuint>)Export("ZSTD_compressCCtx");
        CreateDecompressor = (delegate* unmanaged[Cdecl]<nint>)Export("ZSTD_createDCtx");
        FreeDecompressor = (delegate* unmanaged[Cdecl]<nint, nuint>)Export("ZSTD_freeDCtx");
        ResetDecompressor = (delegate* unmanaged[Cdecl]<nint, int, nuint>)Export("ZSTD_DCtx_reset");
        DecompressStream =
            (delegate* unmanaged[Cdecl]<nint, OutBuffer*, InBuffer*, nuint>)Export("ZSTD_decompressStream");
        _isError = (delegate* unmanaged[Cdecl]<nuint, uint>)Export("ZSTD_isError");
        _errorName = (delegate* unmanaged[Cdecl]<nuint, byte*>)Export("ZSTD_getErrorName");

        nint Export(string name) => NativeLibrary.GetExport(library, name);
    }

    /// <summary>The library.</summary>
    /// <exception cref="CompressionException">It is not installed.</exception>
    internal static ZstdLibrary Instance => Loaded.Value ?? throw new CompressionException(
        "zstd needs the library libzstd.so.1, which was not found. " +
        "Install the package libzstd1 (Debian, Ubuntu), libzstd (Fedora) or zstd (Alpine, Homebrew).");

    /// <summary>Throws when <paramref name="result"/> is an error code, and returns it otherwise.</summary>
    internal nuint Check(nuint result) => _isError(result) == 0 ? result
        : throw new CompressionException($"zstd: {Marshal.PtrToStringUTF8((nint)_errorName(result))}");

    private static ZstdLibrary? TryLoad()
    {
        foreach (var fileName in FileNames)
        {
            if (NativeLibrary.TryLoad(fileName, out var library))
                return new ZstdLibrary(library);
        }
        return null;
    }

    /// <summary>ZSTD_inBuffer.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct InBuffer
    {
        internal byte* Start;
        internal nuint Size;
        internal nuint Position;
    }

    /// <summary>ZSTD_outBuffer.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct OutBuffer
    {
        internal byte* Start;
        internal nuint Size;
        internal nuint Position;
    }
}
