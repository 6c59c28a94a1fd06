using Platform.Protocol.Messages;

namespace Platform.Protocol.Tests.Messages;

/// <summary>What happens to a value that the version to be written has no place for.</summary>
public sealed class UnsupportedFieldTests
{
    [Fact]
    public void A_value_that_matters_is_refused_by_name()
    {
        var request = new HeartbeatRequest { GroupId = "g", MemberId = "m", GroupInstanceId = "static-1" };

        var wrong = Assert.Throws<UnsupportedFieldException>(() => Write(request, 2));

        Assert.Equal(
            "HeartbeatRequest.GroupInstanceId is set, but version 2 of the message cannot carry it", wrong.Message);
    }

    [Fact]
    public void A_value_that_may_be_ignored_is_left_out() =>
        Assert.Equal(Write(new HeartbeatResponse(), 0), Write(new HeartbeatResponse { ThrottleTimeMs = 100 }, 0));

    [Fact]
    public void A_null_that_the_version_cannot_carry_is_refused()
    {
        Assert.Throws<UnsupportedFieldException>(() => Write(new MetadataRequest { Topics = null }, 0));
        Assert.Throws<ArgumentNullException>(() => Write(new HeartbeatRequest { GroupId = null! }, 0));
    }

    [Fact]
    public void A_string_too_long_for_two_bytes_of_length_is_refused()
    {
        var request = new HeartbeatRequest { GroupId = new string('g', 40_000) };

        Assert.Throws<UnsupportedFieldException>(() => Write(request, 3));
        Assert.InRange(Write(request, 4).Length, 40_000, 40_100);
    }

    private static byte[] Write(IMessage message, short version)
    {
        using var writer = new ProtocolWriter();
        message.Write(writer, version);
        return writer.Written.ToArray();
    }
}
