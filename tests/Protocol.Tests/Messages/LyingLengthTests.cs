using System.Buffers.Binary;
using Platform.Protocol.Messages;

namespace Platform.Protocol.Tests.Messages;

/// <summary>Lengths that promise more than there is: refused before memory is reserved for them.</summary>
public sealed class LyingLengthTests
{
    [Theory]
    [InlineData("7fffffff")]                                      // classic: two billion topics
    [InlineData("00000002 0001")]                                 // two topics, bytes for less than one
    public void An_array_longer_than_the_frame_is_refused(string hex) => AssertRefused(new MetadataRequest(), 1, hex);

    [Theory]
    [InlineData("ffffffff 0f")]                                   // 2^32 - 2
    [InlineData("ffffffff 07")]                                   // 2^31 - 2
    [InlineData("ffffffff ff")]                                   // the varint does not end
    [InlineData("ffffffff ff0f")]                                 // the varint has six bytes
    public void A_compact_length_that_is_impossible_is_refused(string hex) =>
        AssertRefused(new MetadataRequest(), 9, hex);

    [Fact]
    public void A_string_longer_than_the_frame_is_refused() =>
        AssertRefused(new HeartbeatRequest(), 0, "7fff 67");

    [Fact]
    public void A_null_where_the_schema_has_none_is_refused() =>
        AssertRefused(new HeartbeatRequest(), 0, "ffff 00000000 0000");

    [Fact]
    public void Records_longer_than_the_frame_are_refused() =>
        AssertRefused(new ProduceRequest(), 3, "ffff ffff 00007530 00000001 0001 74 00000001 00000000 7fffffff 61");

    [Fact]
    public void More_tagged_fields_than_bytes_are_refused() =>
        AssertRefused(new ApiVersionsRequest(), 3, "01 01 ffffffff 07");

    [Fact]
    public void A_tagged_field_longer_than_the_frame_is_refused() =>
        AssertRefused(new ApiVersionsRequest(), 3, "01 01 01 05 7f 00");

    [Fact]
    public void A_tagged_field_longer_than_its_own_length_is_refused() =>
        AssertRefused(new ApiVersionsResponse(), 3, "0000 01 00000000 01 01 04 0000000000000005");

    [Fact]
    public void What_a_tagged_field_leaves_over_is_skipped()
    {
        var response = new ApiVersionsResponse();
        var reader = new ProtocolReader(Convert.FromHexString("0000010000000001010A0000000000000005FFFF"));

        response.Read(ref reader, 3);

        Assert.Equal((5L, 0), (response.FinalizedFeaturesEpoch, reader.Remaining));
    }

    [Fact]
    public void All_arrays_of_a_message_share_one_limit()
    {
        var frame = new byte[4 + ProtocolReader.MaxElements + 1];
        BinaryPrimitives.WriteInt32BigEndian(frame, ProtocolReader.MaxElements + 1);

        AssertRefused(new MetadataRequest(), 1, Convert.ToHexString(frame));
    }

    private static void AssertRefused(IMessage message, short version, string hex)
    {
        var bytes = Convert.FromHexString(hex.Replace(" ", ""));

        var wrong = Assert.Throws<ProtocolException>(() =>
        {
            var reader = new ProtocolReader(bytes);
            message.Read(ref reader, version);
        });
        Assert.NotEmpty(wrong.Message);
    }
}
