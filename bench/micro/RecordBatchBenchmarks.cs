using System.Text;
using BenchmarkDotNet.Attributes;
using Platform.Protocol.Compression;
using Platform.Protocol.Records;

namespace Platform.Micro;

/// <summary>Building and reading a batch of 1,000 records of 100 bytes, without allocating for each.</summary>
[MemoryDiagnoser]
public class RecordBatchBenchmarks
{
    private const int Records = 1000;

    private readonly byte[][] _values = new byte[Records][];
    private RecordBatchBuilder _builder = new();
    private PooledBuffer _output = new();
    private byte[] _batch = [];

    [Params(CompressionType.None, CompressionType.Lz4, CompressionType.Snappy, CompressionType.Zstd)]
    public CompressionType Codec { get; set; }

    [GlobalSetup]
    public void Fill()
    {
        var random = new Random(1);
        for (var i = 0; i < Records; i++)
            _values[i] = Encoding.ASCII.GetBytes($"id={i} amount={random.Next()} text={new string('x', 60)}");
        _builder = new RecordBatchBuilder { Compression = Codec };
        _batch = BuildOnce();
    }

    [GlobalCleanup]
    public void Clean()
    {
        _builder.Dispose();
        _output.Dispose();
    }

    [Benchmark]
    public int Build()
    {
        AppendAll();
        _output.Truncate(0);
        return _builder.Build(_output).SizeInBytes;
    }

    [Benchmark]
    public long Read()
    {
        var sum = 0L;
        foreach (var record in RecordBatch.Parse(_batch).Records(maxDecompressedBytes: 1 << 20))
            sum += record.Offset + record.Value!.Value.Length;
        return sum;
    }

    private byte[] BuildOnce()
    {
        AppendAll();
        return _builder.Build();
    }

    private void AppendAll()
    {
        _builder.Reset();
        foreach (var value in _values)
            _builder.Append(1_700_000_000_000, null, value);
    }
}
