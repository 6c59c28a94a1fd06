using Platform.Protocol.Messages;
using static Platform.Protocol.Messages.ApiVersionsResponse;

namespace Platform.Protocol.Tests.Messages;

/// <summary>Well known messages against bytes that were written down by hand from the protocol.</summary>
public sealed class GoldenMessageTests
{
    private static readonly byte[] Abc = [0x61, 0x62, 0x63];

    [Fact]
    public void Request_headers()
    {
        var header = new RequestHeader
        {
            RequestApiKey = 18,
            RequestApiVersion = 3,
            CorrelationId = 7,
            ClientId = "cli",
        };

        // The client id keeps its two-byte length even where everything else is compact.
        AssertBytes(header, 1, "0012 0003 00000007 0003 636c69");
        AssertBytes(header, 2, "0012 0003 00000007 0003 636c69 00");
        AssertBytes(new RequestHeader { ClientId = null }, 1, "0000 0000 00000000 ffff");
    }

    [Fact]
    public void Response_headers()
    {
        AssertBytes(new ResponseHeader { CorrelationId = 258 }, 0, "00000102");
        AssertBytes(new ResponseHeader { CorrelationId = 258 }, 1, "00000102 00");
    }

    [Theory]
    [InlineData(0), InlineData(1), InlineData(2)]
    public void The_first_requests_for_versions_are_empty(short version) =>
        AssertBytes(new ApiVersionsRequest(), version, "");

    [Fact]
    public void A_request_for_versions_names_the_client() => AssertBytes(
        new ApiVersionsRequest { ClientSoftwareName = "kcat", ClientSoftwareVersion = "1.7" }, 3,
        "05 6b636174  04 312e37  00");

    [Fact]
    public void Supported_versions()
    {
        var response = new ApiVersionsResponse
        {
            ApiKeys = [new ApiVersion { ApiKey = 18, MinVersion = 0, MaxVersion = 4 }],
        };

        AssertBytes(response, 0, "0000  00000001 0012 0000 0004");
        AssertBytes(response, 1, "0000  00000001 0012 0000 0004  00000000");
        AssertBytes(response, 2, "0000  00000001 0012 0000 0004  00000000");
        AssertBytes(response, 3, "0000  02 0012 0000 0004 00  00000000  00");
    }

    [Fact]
    public void Features_are_tagged_fields_and_those_at_their_default_are_left_out()
    {
        var response = new ApiVersionsResponse
        {
            FinalizedFeaturesEpoch = 5,
            FinalizedFeatures = [new FinalizedFeatureKey { Name = "f", MaxVersionLevel = 2, MinVersionLevel = 1 }],
        };

        AssertBytes(response, 3,
            "0000  01  00000000  02  01 08 0000000000000005  02 08 02 02 66 0002 0001 00");
    }

    [Fact]
    public void Requests_for_metadata_tell_all_topics_from_none()
    {
        AssertBytes(new MetadataRequest { Topics = null }, 1, "ffffffff");
        AssertBytes(new MetadataRequest { Topics = [] }, 1, "00000000");
        AssertBytes(new MetadataRequest { Topics = null }, 9, "00  01 00 00  00");
        AssertBytes(new MetadataRequest { Topics = [new() { Name = "a" }], AllowAutoTopicCreation = false }, 12,
            "02 00000000000000000000000000000000 02 61 00  00 00  00");
    }

    [Fact]
    public void Metadata()
    {
        var response = new MetadataResponse
        {
            Brokers = [new() { NodeId = 1, Host = "h", Port = 9092 }],
            ControllerId = 1,
            Topics =
            [
                new()
                {
                    Name = "t",
                    Partitions = [new() { PartitionIndex = 0, LeaderId = 1, ReplicaNodes = [1, 2], IsrNodes = [1] }],
                },
            ],
        };

        AssertBytes(response, 1,
            "00000001  00000001 0001 68 00002384 ffff  00000001  00000001  0000 0001 74 00  " +
            "00000001  0000 00000000 00000001  00000002 00000001 00000002  00000001 00000001");
    }

    [Fact]
    public void Produce_requests()
    {
        var request = new ProduceRequest
        {
            Acks = -1,
            TimeoutMs = 30000,
            TopicData = [new() { Name = "t", PartitionData = [new() { Index = 2, Records = new RecordsData(Abc) }] }],
        };

        AssertBytes(request, 3, "ffff  ffff  00007530  00000001 0001 74  00000001 00000002 00000003 616263");
        AssertBytes(request, 9, "00  ffff  00007530  02 02 74  02 00000002 04 616263 00  00  00");
    }

    [Fact]
    public void Produce_responses()
    {
        var response = new ProduceResponse
        {
            Responses =
            [
                new() { Name = "t", PartitionResponses = [new() { Index = 2, BaseOffset = 8, LogStartOffset = 1 }] },
            ],
            ThrottleTimeMs = 4,
        };

        AssertBytes(response, 9,
            "02 02 74  02 00000002 0000 0000000000000008 ffffffffffffffff 0000000000000001 01 00 00  00  00000004  00");
    }

    [Fact]
    public void Fetch_requests()
    {
        var request = new FetchRequest
        {
            MaxWaitMs = 500,
            MinBytes = 1,
            MaxBytes = 0x3200000,
            Topics =
            [
                new()
                {
                    Topic = "t",
                    Partitions = [new() { Partition = 2, FetchOffset = 8, PartitionMaxBytes = 0x100000 }],
                },
            ],
        };

        AssertBytes(request, 4,
            "ffffffff 000001f4 00000001 03200000 00  00000001 0001 74  00000001 00000002 0000000000000008 00100000");
        AssertBytes(request, 12,
            "ffffffff 000001f4 00000001 03200000 00 00000000 ffffffff  02 02 74  " +
            "02 00000002 ffffffff 0000000000000008 ffffffff ffffffffffffffff 00100000 00  00  01  01  00");
    }

    [Fact]
    public void Fetch_responses()
    {
        var response = new FetchResponse
        {
            Responses =
            [
                new()
                {
                    Topic = "t",
                    Partitions =
                    [
                        new()
                        {
                            PartitionIndex = 2,
                            HighWatermark = 8,
                            LastStableOffset = 7,
                            LogStartOffset = 1,
                            AbortedTransactions = null,
                            Records = new RecordsData(Abc),
                        },
                    ],
                },
            ],
        };

        AssertBytes(response, 12,
            "00000000 0000 00000000  02 02 74  02 00000002 0000 0000000000000008 0000000000000007 0000000000000001 " +
            "00 ffffffff 04 616263 00  00  00");
    }

    [Fact]
    public void Heartbeats()
    {
        var request = new HeartbeatRequest { GroupId = "g", GenerationId = 7, MemberId = "m", GroupInstanceId = "i" };

        AssertBytes(request, 3, "0001 67 00000007 0001 6d 0001 69");
        AssertBytes(request, 4, "02 67 00000007 02 6d 02 69 00");
    }

    [Fact]
    public void Records_of_logs()
    {
        AssertBytes(new TopicRecord { Name = "t", TopicId = new Uuid(1, 2) }, 0,
            "02 74 0000000000000001 0000000000000002 00");
        AssertBytes(new OffsetCommitKey { Group = "g", Topic = "t", Partition = 2 }, 1, "0001 67 0001 74 00000002");
        AssertBytes(new OffsetCommitValue { Offset = 8, LeaderEpoch = 3, Metadata = "m", CommitTimestamp = 9 }, 3,
            "0000000000000008 00000003 0001 6d 0000000000000009");
    }

    private static void AssertBytes<T>(T message, short version, string hex)
        where T : IMessage, new()
    {
        var bytes = Convert.FromHexString(hex.Replace(" ", ""));
        var read = new T();
        var reader = new ProtocolReader(bytes);
        read.Read(ref reader, version);

        Assert.Equal(Convert.ToHexString(bytes), Convert.ToHexString(Write(message, version)));
        Assert.Equal(Convert.ToHexString(bytes), Convert.ToHexString(Write(read, version)));
        Assert.Equal(0, reader.Remaining);
    }

    private static byte[] Write(IMessage message, short version)
    {
        using var writer = new ProtocolWriter();
        message.Write(writer, version);
        return writer.Written.ToArray();
    }
}
