using BenchmarkDotNet.Attributes;
using Platform.Protocol.Records;

namespace Platform.Micro;

/// <summary>CRC-32C of one batch: on the path of every produce request.</summary>
public class Crc32CBenchmarks
{
    private byte[] _data = [];

    [Params(128, 1024, 16 * 1024, 128 * 1024, 1024 * 1024)]
    public int Bytes { get; set; }

    [GlobalSetup]
    public void Fill()
    {
        _data = new byte[Bytes];
        new Random(1).NextBytes(_data);
    }

    [Benchmark]
    public uint Compute() => Crc32C.Compute(_data);
}
