using System.Text;
using Platform.Client.Producing;
using Platform.Client.Tests.Fakes;
using Platform.Protocol;
using Platform.Protocol.Messages;
using Platform.Protocol.Records;

namespace Platform.Client.Tests.Producing;

/// <summary>The producer against scripted brokers.</summary>
public sealed class KafkaProducerTests
{
    private static ProducerOptions Options(FakeCluster cluster) => new()
    {
        BootstrapServers = cluster.BootstrapServers, LingerMs = 0, RetryBackoffMs = 1, RetryBackoffMaxMs = 5,
    };

    private static ProducerRecord Record(string value, string? key = null) =>
        new("orders", Encoding.UTF8.GetBytes(value), key is null ? null : Encoding.UTF8.GetBytes(key));

    [Fact]
    public async Task An_acknowledged_record_has_a_partition_and_an_offset()
    {
        await using var cluster = new FakeCluster().WithTopic("orders");
        await using var producer = new KafkaProducer(Options(cluster));

        var first = await producer.SendAsync(Record("a", "k"));
        var second = await producer.SendAsync(Record("b", "k"));

        Assert.Equal(new TopicPartition("orders", 0), first.TopicPartition);
        Assert.Equal((0, 1), (first.Offset, second.Offset));
        Assert.Equal([("k", "a"), ("k", "b")], cluster["orders"].Records);
    }

    [Fact]
    public async Task Records_that_linger_together_leave_in_one_batch()
    {
        await using var cluster = new FakeCluster().WithTopic("orders");
        await using var producer = new KafkaProducer(
            Options(cluster) with { LingerMs = 60_000, DeliveryTimeoutMs = 120_000 });

        var sends = Enumerable.Range(0, 10).Select(i => producer.SendAsync(Record($"{i}")).AsTask()).ToList();
        await producer.FlushAsync();

        Assert.Equal(Enumerable.Range(0, 10).Select(i => (long)i), (await Task.WhenAll(sends))
            .Select(sent => sent.Offset));
        Assert.Single(cluster["orders"].Batches);
    }

    [Theory]
    [InlineData(CompressionType.Gzip)]
    [InlineData(CompressionType.Snappy)]
    [InlineData(CompressionType.Lz4)]
    [InlineData(CompressionType.Zstd)]
    public async Task Batches_are_compressed_with_the_codec_asked_for(CompressionType codec)
    {
        await using var cluster = new FakeCluster().WithTopic("orders");
        await using var producer = new KafkaProducer(Options(cluster) with { CompressionType = codec });

        await producer.SendAsync(Record(new string('x', 1000)));

        Assert.Equal(codec, cluster["orders"].LastHeader.Compression);
        Assert.Equal([new string('x', 1000)], cluster["orders"].Values);
    }

    [Fact]
    public async Task A_lost_answer_leads_to_no_duplicate()
    {
        await using var cluster = new FakeCluster().WithTopic("orders");
        cluster.Interfere<ProduceRequest>(1, _ => new Reaction.LoseResponse());
        await using var producer = new KafkaProducer(Options(cluster));

        var sent = await producer.SendAsync(Record("once"));

        Assert.Equal(0, sent.Offset);
        Assert.Equal(["once"], cluster["orders"].Values);
        Assert.Equal(2, cluster.Received<ProduceRequest>().Count());
    }

    [Fact]
    public async Task Records_keep_their_order_when_a_connection_breaks_with_several_requests_in_flight()
    {
        await using var cluster = new FakeCluster().WithTopic("orders");
        cluster.Interfere<ProduceRequest>(3, exchange => new Reaction.DisconnectMidFrame(new ProduceResponse()));
        await using var producer = new KafkaProducer(Options(cluster) with { BatchSize = 100 });

        var values = Enumerable.Range(0, 200).Select(i => $"{i}").ToList();
        await Task.WhenAll(values.Select(value => producer.SendAsync(Record(value)).AsTask()));

        Assert.Equal(values, cluster["orders"].Values);
    }

    [Fact]
    public async Task A_moved_leader_is_found_through_new_metadata()
    {
        await using var cluster = new FakeCluster(brokers: 2).WithTopic("orders");
        await using var producer = new KafkaProducer(Options(cluster));
        await producer.SendAsync(Record("before"));

        (cluster["orders"].LeaderId, cluster["orders"].LeaderEpoch) = (2, 1);
        await producer.SendAsync(Record("after"));

        Assert.Equal(["before", "after"], cluster["orders"].Values);
    }

    [Fact]
    public async Task A_hint_about_the_new_leader_saves_the_metadata_request()
    {
        await using var cluster = new FakeCluster(brokers: 2).WithTopic("orders");
        await using var producer = new KafkaProducer(Options(cluster) with { RetryBackoffMs = 60_000 });
        await producer.SendAsync(Record("before"));
        var metadataRequests = cluster.Received<MetadataRequest>().Count();
        (cluster["orders"].LeaderId, cluster["orders"].LeaderEpoch) = (2, 1);
        cluster.Interfere<ProduceRequest>(1, exchange => new Reaction.Respond(WithHint(exchange, cluster, leader: 2)));

        await producer.SendAsync(Record("after"));

        Assert.Equal(["before", "after"], cluster["orders"].Values);
        Assert.Equal(metadataRequests, cluster.Received<MetadataRequest>().Count());
    }

    private static ProduceResponse WithHint(FakeExchange exchange, FakeCluster cluster, int leader)
    {
        var refusal = FakeData.Refuse(exchange, ErrorCode.NotLeaderOrFollower, cluster);
        refusal.Responses[0].PartitionResponses[0].CurrentLeader = new() { LeaderId = leader, LeaderEpoch = 1 };
        refusal.NodeEndpoints = [new() { NodeId = leader, Host = "127.0.0.1",
            Port = cluster.Brokers[leader - 1].Port }];
        return refusal;
    }

    [Fact]
    public async Task A_broker_that_lost_the_sequence_gets_the_records_under_a_new_producer_id()
    {
        await using var cluster = new FakeCluster().WithTopic("orders");
        await using var producer = new KafkaProducer(Options(cluster));
        await producer.SendAsync(Record("a"));
        var firstId = cluster["orders"].LastHeader.ProducerId;
        cluster["orders"].ForgetProducers(nextSequence: 77);

        await producer.SendAsync(Record("b"));

        Assert.Equal(["a", "b"], cluster["orders"].Values);
        Assert.NotEqual(firstId, cluster["orders"].LastHeader.ProducerId);
        Assert.Equal(0, cluster["orders"].LastHeader.BaseSequence);
    }

    [Fact]
    public async Task A_refused_record_fails_and_the_next_one_is_delivered()
    {
        await using var cluster = new FakeCluster().WithTopic("orders");
        cluster.Interfere<ProduceRequest>(1, exchange =>
            new Reaction.Respond(FakeData.Refuse(exchange, ErrorCode.MessageTooLarge, cluster)));
        await using var producer = new KafkaProducer(Options(cluster));

        var failure = await Assert.ThrowsAsync<KafkaException>(() => producer.SendAsync(Record("too large")).AsTask());
        await producer.SendAsync(Record("fine"));

        Assert.Equal(ErrorCode.MessageTooLarge, failure.Code);
        Assert.Equal(["fine"], cluster["orders"].Values);
    }

    [Fact]
    public async Task Sending_waits_while_buffer_memory_is_used_up()
    {
        await using var cluster = new FakeCluster().WithTopic("orders");
        var gate = new TaskCompletionSource();
        cluster.Interfere<ProduceRequest>(1, _ => new Reaction.RespondAfter(gate.Task));
        await using var producer = new KafkaProducer(Options(cluster) with
        {
            BatchSize = 1000, MaxRequestSize = 1100, BufferMemory = 2000, MaxInFlightRequestsPerConnection = 1,
        });
        var big = new string('x', 900);
        var sends = Enumerable.Range(0, 2).Select(_ => producer.SendAsync(Record(big)).AsTask()).ToList();
        await producer.TopicAsync("orders");

        var third = producer.PostAsync(Record(big), null).AsTask();
        Assert.False(third.IsCompleted);
        sends.Add(producer.SendAsync(Record(big)).AsTask());
        gate.SetResult();
        await third;
        await Task.WhenAll(sends);

        Assert.Equal(4, cluster["orders"].Values.Count());
        Assert.InRange(producer.BufferedBytes, 0, 2000);
    }

    [Fact]
    public async Task Memory_of_a_record_is_free_again_once_it_was_accepted_and_not_before()
    {
        await using var cluster = new FakeCluster().WithTopic("orders");
        var gate = new TaskCompletionSource();
        cluster.Interfere<ProduceRequest>(1, _ => new Reaction.RespondAfter(gate.Task));
        await using var producer = new KafkaProducer(Options(cluster) with
        {
            BatchSize = 1000, MaxRequestSize = 1100, BufferMemory = 1100, MaxInFlightRequestsPerConnection = 1,
        });
        await producer.TopicAsync("orders");
        var memory = new byte[900];
        memory.AsSpan().Fill((byte)'a');
        var first = producer.SendAsync(new ProducerRecord("orders", memory), out var firstAccepted).AsTask();
        await firstAccepted;
        memory.AsSpan().Fill((byte)'b');

        var second = producer.SendAsync(new ProducerRecord("orders", memory), out var secondAccepted).AsTask();
        Assert.False(secondAccepted.IsCompleted);
        gate.SetResult();
        await secondAccepted;
        memory.AsSpan().Fill((byte)'c');
        await Task.WhenAll(first, second);

        Assert.Equal([new string('a', 900), new string('b', 900)], cluster["orders"].Values);
    }

    [Fact]
    public async Task A_record_that_is_not_accepted_says_so_twice()
    {
        await using var cluster = new FakeCluster().WithTopic("orders");
        await using var producer = new KafkaProducer(Options(cluster) with { MaxRequestSize = 20_000 });

        var sent = producer.SendAsync(new ProducerRecord("orders", new byte[30_000]), out var accepted).AsTask();

        Assert.Equal(ErrorCode.MessageTooLarge, (await Assert.ThrowsAsync<KafkaException>(() => accepted)).Code);
        Assert.Equal(ErrorCode.MessageTooLarge, (await Assert.ThrowsAsync<KafkaException>(() => sent)).Code);
    }

    [Fact]
    public async Task An_unknown_topic_fails_after_max_block()
    {
        await using var cluster = new FakeCluster();
        await using var producer = new KafkaProducer(Options(cluster) with { MaxBlockMs = 20 });

        var failure = await Assert.ThrowsAsync<KafkaException>(() => producer.SendAsync(Record("x")).AsTask());

        Assert.Equal(ErrorCode.UnknownTopicOrPartition, failure.Code);
    }

    [Fact]
    public async Task Without_acks_nothing_is_waited_for()
    {
        await using var cluster = new FakeCluster().WithTopic("orders");
        await using var producer = new KafkaProducer(Options(cluster) with { Acks = Acks.None });

        var sent = await producer.SendAsync(Record("fire and forget"));

        Assert.Equal(-1, sent.Offset);
    }

    [Fact]
    public async Task Old_brokers_get_names_and_versions_that_they_know()
    {
        await using var cluster = new FakeCluster().WithTopic("orders");
        cluster.Versions = new() { [ApiKey.Produce] = (0, 7), [ApiKey.Metadata] = (0, 5) };
        await using var producer = new KafkaProducer(Options(cluster));

        await producer.SendAsync(Record("a"));

        Assert.Equal(["a"], cluster["orders"].Values);
        Assert.Equal("orders", cluster.Received<ProduceRequest>().Single().TopicData.Single().Name);
    }

    [Fact]
    public async Task Callbacks_are_told_of_every_record()
    {
        await using var cluster = new FakeCluster().WithTopic("orders", partitions: 3);
        await using var producer = new KafkaProducer(Options(cluster));
        var told = new System.Collections.Concurrent.ConcurrentBag<object?>();

        for (var i = 0; i < 100; i++)
            await producer.PostAsync(Record("x"),
                (in RecordMetadata _, KafkaException? _, object? state) => told.Add(state), i);
        await producer.FlushAsync();

        Assert.Equal(Enumerable.Range(0, 100), told.Cast<int>().Order());
    }

    [Fact]
    public async Task A_callback_that_throws_harms_nobody_else()
    {
        await using var cluster = new FakeCluster().WithTopic("orders");
        await using var producer = new KafkaProducer(Options(cluster) with { LingerMs = 50 });
        await producer.TopicAsync("orders");

        await producer.PostAsync(Record("a"),
            (in RecordMetadata _, KafkaException? _, object? _) => throw new InvalidOperationException("bug"));
        var second = await producer.SendAsync(Record("b"));

        Assert.Equal(1, second.Offset);
        Assert.Equal("bug", producer.LastCallbackFailure?.Message);
    }

    [Fact]
    public async Task A_topic_that_vanishes_for_a_while_is_found_again()
    {
        await using var cluster = new FakeCluster(brokers: 2).WithTopic("orders");
        await using var producer = new KafkaProducer(Options(cluster));
        await producer.SendAsync(Record("before"));
        (cluster["orders"].LeaderId, cluster["orders"].LeaderEpoch) = (2, 1);
        cluster.Interfere<MetadataRequest>(2, _ => new Reaction.Respond(Vanished(cluster)));

        await producer.SendAsync(Record("after"));

        Assert.Equal(["before", "after"], cluster["orders"].Values);
    }

    private static MetadataResponse Vanished(FakeCluster cluster) => new()
    {
        Brokers = [new() { NodeId = 1, Host = "127.0.0.1", Port = cluster.Brokers[0].Port }],
        Topics = [new() { Name = "orders", ErrorCode = ErrorCode.UnknownTopicOrPartition }],
    };
}
