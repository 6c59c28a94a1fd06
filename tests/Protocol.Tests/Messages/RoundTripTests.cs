using Platform.Protocol.Messages;

namespace Platform.Protocol.Tests.Messages;

public sealed class RoundTripTests
{
    [Fact]
    public void A_heartbeat_reads_back_what_was_written()
    {
        using var writer = new ProtocolWriter();
        new HeartbeatRequest { GroupId = "orders", GenerationId = 7, MemberId = "m-1" }.Write(writer, 4);

        var read = new HeartbeatRequest();
        var reader = new ProtocolReader(writer.Written);
        read.Read(ref reader, 4);

        Assert.Equal(("orders", 7, "m-1", null), (read.GroupId, read.GenerationId, read.MemberId, read.GroupInstanceId));
        Assert.Equal(0, reader.Remaining);
    }
}
