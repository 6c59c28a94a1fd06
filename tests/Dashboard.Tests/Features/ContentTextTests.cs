using System.Text;
using Platform.Dashboard.Features.Messages;

namespace Platform.Dashboard.Tests.Features;

public sealed class ContentTextTests
{
    private static Content Text(string text) => Content.Of(Encoding.UTF8.GetBytes(text));

    [Fact]
    public void Json_is_laid_out_and_its_large_numbers_stay_as_written()
    {
        var content = Text("""{"id":12345678901234567890,"name":"Zoë"}""");

        Assert.Equal("JSON", ContentText.Kind(content));
        Assert.Equal("{\n  \"id\": 12345678901234567890,\n  \"name\": \"Zoë\"\n}",
            ContentText.Full(content).ReplaceLineEndings("\n"));
    }

    [Fact]
    public void Broken_json_is_text() =>
        Assert.Equal(("text", "{oops"), (ContentText.Kind(Text("{oops")), ContentText.Full(Text("{oops"))));

    [Fact]
    public void Bytes_that_are_no_text_are_shown_as_hexadecimal_digits()
    {
        var content = Content.Of(new byte[] { 0xff, 0x00, 0x41 });

        Assert.Equal("binary", ContentText.Kind(content));
        Assert.StartsWith("000000  ff 00 41", ContentText.Full(content), StringComparison.Ordinal);
    }

    [Fact]
    public void Values_of_schema_serializers_name_their_schema() =>
        Assert.Equal("schema 258", ContentText.Kind(Content.Of(new byte[] { 0, 0, 0, 1, 2, 0x80 })));

    [Fact]
    public void Null_and_empty_are_different_things()
    {
        Assert.Equal("null", ContentText.Kind(Content.Of(null)));
        Assert.Equal("empty", ContentText.Kind(Text("")));
    }

    [Fact]
    public void A_long_value_is_cut_and_says_so()
    {
        var content = Text(new string('é', Content.MaxBytes));

        Assert.True(content.IsCut);
        Assert.Equal(2 * Content.MaxBytes, content.Length);
        Assert.Equal("text", ContentText.Kind(content));
    }

    [Fact]
    public void A_cut_within_a_character_still_is_text()
    {
        var content = Text("x" + new string('é', Content.MaxBytes));

        Assert.Equal("text", ContentText.Kind(content));
    }
}
