using System.Text;
using System.Threading.Channels;

namespace Platform.Bench.Limit;

/// <summary>The one topic of the bare server, in files of a fresh folder, which is deleted at the end.</summary>
internal sealed class BareLog : IDisposable
{
    private readonly Channel<BarePartition.Segment> _retired = Channel.CreateUnbounded<BarePartition.Segment>();
    private readonly BarePartition[] _partitions;
    private readonly string _folder;
    private readonly long _segmentBytes;

    public BareLog(string folder, string topic, int partitions, long segmentBytes)
    {
        var parent = folder.Length > 0 ? folder : Path.GetTempPath();
        _folder = Path.Combine(parent, $"limit-{Environment.ProcessId}");
        _segmentBytes = segmentBytes;
        Directory.CreateDirectory(_folder);
        Topic = Encoding.UTF8.GetBytes(topic);
        _partitions = [.. Enumerable.Range(0, partitions).Select(NewPartition)];
        _ = DeleteRetiredAsync();
    }

    public byte[] Topic { get; }

    public int PartitionCount => _partitions.Length;

    public BarePartition? Find(ReadOnlySpan<byte> topic, int partition) =>
        topic.SequenceEqual(Topic) && (uint)partition < (uint)_partitions.Length ? _partitions[partition] : null;

    public void Dispose()
    {
        foreach (var partition in _partitions)
            partition.Dispose();
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }

    private BarePartition NewPartition(int number) =>
        new(Path.Combine(_folder, $"{number}.log"), _segmentBytes, segment => _retired.Writer.TryWrite(segment));

    private async Task DeleteRetiredAsync()
    {
        await foreach (var segment in _retired.Reader.ReadAllAsync())
        {
            segment.Dispose();
            File.Delete(segment.Path);
        }
    }
}
