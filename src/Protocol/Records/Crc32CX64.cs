using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Platform.Protocol.Records;

/// <summary>
/// CRC-32C with SSE4.2 and carry-less multiplication. The crc32 instruction takes three cycles but one can start in
/// each, so long input runs as three streams side by side, which are then shifted into place and combined. Shorter
/// input is folded 64 bytes at a time, which has no combine step to pay for.
/// </summary>
/// <remarks>
/// All values are bit-reflected, as the instruction wants them. A product of two reflected numbers comes out one bit
/// low, and reducing 64 bits by crc32 multiplies by x^32: constants are therefore powers of x that are 33 too low.
/// </remarks>
internal static class Crc32CX64
{
    private const uint ReflectedPolynomial = 0x82F63B78;
    private const int ShortestFold = 96;

    // Long streams for large batches, a shorter round for what they leave over, folding for the rest.
    private const int LongStream = 4096;
    private const int ShortStream = 1344;

    private static readonly uint LongOnce = StreamShift(LongStream);
    private static readonly uint LongTwice = StreamShift(2 * LongStream);
    private static readonly uint ShortOnce = StreamShift(ShortStream);
    private static readonly uint ShortTwice = StreamShift(2 * ShortStream);

    // Lower lane: the half with the higher powers, hence 64 bits further to go.
    private static readonly Vector128<ulong> Fold64 = FoldBy(64);
    private static readonly Vector128<ulong> Fold16 = FoldBy(16);

    internal static bool IsSupported => Sse42.X64.IsSupported && Pclmulqdq.IsSupported;

    internal static uint Update(uint register, ReadOnlySpan<byte> data)
    {
        ref var start = ref MemoryMarshal.GetReference(data);
        var position = 0;
        for (; data.Length - position >= 3 * LongStream; position += 3 * LongStream)
            register = ThreeStreams(register, ref Unsafe.Add(ref start, position), LongStream, LongOnce, LongTwice);
        for (; data.Length - position >= 3 * ShortStream; position += 3 * ShortStream)
            register = ThreeStreams(register, ref Unsafe.Add(ref start, position), ShortStream, ShortOnce, ShortTwice);
        return Fold(register, data[position..]);
    }

    private static uint ThreeStreams(uint register, ref byte first, int length, uint once, uint twice)
    {
        ref var second = ref Unsafe.Add(ref first, length);
        ref var third = ref Unsafe.Add(ref second, length);
        ulong a = register, b = 0, c = 0;
        for (nint i = 0; i < length; i += sizeof(ulong))
        {
            a = Sse42.X64.Crc32(a, Word(ref first, i));
            b = Sse42.X64.Crc32(b, Word(ref second, i));
            c = Sse42.X64.Crc32(c, Word(ref third, i));
        }
        return Shift(a, twice) ^ Shift(b, once) ^ (uint)c;
    }

    private static uint Shift(ulong register, uint power)
    {
        var factor = Vector128.CreateScalar((ulong)power);
        var product = Pclmulqdq.CarrylessMultiply(Vector128.CreateScalar(register), factor, 0);
        return (uint)Sse42.X64.Crc32(0, product.ToScalar());
    }

    private static uint Fold(uint register, ReadOnlySpan<byte> data)
    {
        if (data.Length < ShortestFold)
            return UpdateSingle(register, data);

        ref var start = ref MemoryMarshal.GetReference(data);
        var a = Block(ref start, 0) ^ Vector128.CreateScalar((ulong)register);
        var b = Block(ref start, 16);
        var c = Block(ref start, 32);
        var d = Block(ref start, 48);
        nint position = 64;
        for (var by = Fold64; position <= data.Length - 64; position += 64)
        {
            a = Advance(a, by) ^ Block(ref start, position);
            b = Advance(b, by) ^ Block(ref start, position + 16);
            c = Advance(c, by) ^ Block(ref start, position + 32);
            d = Advance(d, by) ^ Block(ref start, position + 48);
        }
        d ^= Advance(c ^ Advance(b ^ Advance(a, Fold16), Fold16), Fold16);
        var folded = Sse42.X64.Crc32(Sse42.X64.Crc32(0, d.ToScalar()), d.GetElement(1));
        return UpdateSingle((uint)folded, data[(int)position..]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ulong> Advance(Vector128<ulong> value, Vector128<ulong> by) =>
        Pclmulqdq.CarrylessMultiply(value, by, 0x00) ^ Pclmulqdq.CarrylessMultiply(value, by, 0x11);

    /// <summary>One stream, eight bytes at a time: for little input, and for processors without the
    /// multiplication.</summary>
    internal static uint UpdateSingle(uint register, ReadOnlySpan<byte> data)
    {
        ref var start = ref MemoryMarshal.GetReference(data);
        ulong wide = register;
        nint position = 0;
        for (; position <= data.Length - sizeof(ulong); position += sizeof(ulong))
            wide = Sse42.X64.Crc32(wide, Word(ref start, position));
        register = (uint)wide;
        for (; position < data.Length; position++)
            register = Sse42.Crc32(register, Unsafe.Add(ref start, position));
        return register;
    }

    private static ulong Word(ref byte start, nint offset) =>
        Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref start, offset));

    private static Vector128<ulong> Block(ref byte start, nint offset) =>
        Unsafe.ReadUnaligned<Vector128<ulong>>(ref Unsafe.Add(ref start, offset));

    private static uint StreamShift(int bytes) => PowerOfX((8 * bytes) - 33);

    private static Vector128<ulong> FoldBy(int bytes) =>
        Vector128.Create(PowerOfX((8 * bytes) + 64 - 33), (ulong)PowerOfX((8 * bytes) - 33));

    // x^n modulo the polynomial, one multiplication by x at a time: runs a few times per process.
    private static uint PowerOfX(int exponent)
    {
        var value = 0x80000000u;
        for (; exponent > 0; exponent--)
            value = (value >> 1) ^ ((value & 1) * ReflectedPolynomial);
        return value;
    }
}
