using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.Intrinsics.X86;

namespace Platform.Protocol.Records;

/// <summary>CRC-32C (Castagnoli), the checksum of record batches, by the fastest way that the processor has.</summary>
public static class Crc32C
{
    /// <summary>The checksum of <paramref name="data"/>.</summary>
    public static uint Compute(ReadOnlySpan<byte> data) => ~Update(uint.MaxValue, data);

    // Works on the raw register: neither the first nor the last inversion happens here.
    private static uint Update(uint register, ReadOnlySpan<byte> data) =>
        Crc32CX64.IsSupported ? Crc32CX64.Update(register, data)
        : Sse42.X64.IsSupported ? Crc32CX64.UpdateSingle(register, data)
        : UpdatePortable(register, data);

    // BitOperations uses ARM's instructions where they exist and a table elsewhere.
    internal static uint UpdatePortable(uint register, ReadOnlySpan<byte> data)
    {
        for (; data.Length >= sizeof(ulong); data = data[sizeof(ulong)..])
            register = BitOperations.Crc32C(register, BinaryPrimitives.ReadUInt64LittleEndian(data));
        foreach (var next in data)
            register = BitOperations.Crc32C(register, next);
        return register;
    }
}
