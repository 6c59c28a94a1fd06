using System.Text;
using Platform.Client.Consuming;
using Platform.Protocol;
using Platform.Protocol.Messages;
using Platform.Protocol.Records;

namespace Platform.Client.Tests.Consuming;

/// <summary>What a read_committed consumer sees of a partition with transactions.</summary>
public sealed class AbortedTransactionTests
{
    private static byte[] Batch(long offset, long producerId, string value) =>
        Build(offset, producerId, null, Encoding.UTF8.GetBytes(value), control: false);

    private static byte[] Marker(long offset, long producerId, short type) =>
        Build(offset, producerId, [0, 0, 0, (byte)type], [0, 0, 0, 0, 0, 0], control: true);

    private static byte[] Build(long offset, long producerId, byte[]? key, byte[] value, bool control)
    {
        using var builder = new RecordBatchBuilder
        {
            BaseOffset = offset, ProducerId = producerId, ProducerEpoch = 0, BaseSequence = control ? -1 : 0,
            IsTransactional = producerId >= 0, IsControl = control,
        };
        builder.Append(0, key, value);
        return builder.Build();
    }

    private static List<string> Read(IsolationLevel isolation, (long ProducerId, long FirstOffset)[] aborted,
        params byte[][] batches)
    {
        var state = new PartitionState(new TopicPartition("t", 0));
        state.Seek(0);
        var data = new FetchResponse.PartitionData
        {
            Records = new RecordsData(batches.SelectMany(batch => batch).ToArray()),
            AbortedTransactions = [.. aborted.Select(one =>
                new FetchResponse.AbortedTransaction { ProducerId = one.ProducerId, FirstOffset = one.FirstOffset })],
        };
        var results = new List<ConsumeResult>();
        new FetchedData(state, data, new ConsumerOptions { IsolationLevel = isolation }, []).TakeInto(results, 100);
        return results.ConvertAll(result => Encoding.UTF8.GetString(result.Value!.Value.Span));
    }

    [Fact]
    public void Records_of_aborted_transactions_are_left_out_up_to_their_marker()
    {
        var seen = Read(IsolationLevel.ReadCommitted, [(7, 1)],
            Batch(0, -1, "plain"), Batch(1, 7, "aborted"), Batch(2, 8, "other"), Marker(3, 7, type: 0),
            Batch(4, 7, "committed"), Marker(5, 7, type: 1), Marker(6, 8, type: 1));

        Assert.Equal(["plain", "other", "committed"], seen);
    }

    [Fact]
    public void Without_isolation_only_markers_are_left_out()
    {
        var seen = Read(IsolationLevel.ReadUncommitted, [(7, 1)],
            Batch(0, -1, "plain"), Batch(1, 7, "aborted"), Marker(2, 7, type: 0));

        Assert.Equal(["plain", "aborted"], seen);
    }
}
