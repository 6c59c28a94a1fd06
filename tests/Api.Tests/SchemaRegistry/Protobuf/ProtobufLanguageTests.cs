using Platform.Api.SchemaRegistry.Protobuf;
using Platform.Api.SchemaRegistry.Schemas;

namespace Platform.Api.Tests.SchemaRegistry.Protobuf;

public sealed class ProtobufLanguageTests
{
    private const string Full = """
        /* a schema with a bit of everything */
        syntax = "proto3";
        package com.acme;
        import "google/protobuf/timestamp.proto";
        option java_package = 'com.acme';
        // an order
        message Order {
          reserved 8, 10 to 12; reserved "old";
          string id = 1; optional int32 count = 2 [deprecated = true, json_name = "n"];
          map<string, Line> lines = 3; repeated Kind kinds = 4;
          oneof how { google.protobuf.Timestamp at = 5; string text = 6; }
          message Line { double price = 1; }
          enum Kind { NONE = 0; SOME = 1; }
        }
        service Orders { rpc Find (Order) returns (stream Order); }
        """;

    private const string Printed = """
        syntax = "proto3";
        package com.acme;

        import "google/protobuf/timestamp.proto";

        option java_package = "com.acme";

        message Order {
          reserved 8, 10 to 12;
          reserved "old";

          string id = 1;
          optional int32 count = 2 [
            deprecated = true,
            json_name = "n"
          ];
          map<string, Line> lines = 3;
          repeated Kind kinds = 4;

          oneof how {
            google.protobuf.Timestamp at = 5;
            string text = 6;
          }

          message Line {
            double price = 1;
          }

          enum Kind {
            NONE = 0;
            SOME = 1;
          }
        }

        service Orders {
          rpc Find (Order) returns (stream Order);
        }

        """;

    private static ReadSchema Read(string text, bool normalize = false) =>
        new ProtobufLanguage().Read(text, [], new ParseOptions(IsNew: true, normalize));

    [Fact]
    public void A_file_is_printed_in_one_layout_without_comments() => Assert.Equal(Printed, Read(Full).Text);

    [Fact]
    public void What_was_printed_is_printed_the_same_again() => Assert.Equal(Printed, Read(Printed).Text);

    [Fact]
    public void A_descriptor_in_base64_is_the_same_schema_as_the_text()
    {
        var read = Read(Full, normalize: true);

        var serialized = new ProtobufLanguage().Print(read.Model, "serialized")!;

        Assert.Equal(read.Text, Read(serialized, normalize: true).Text);
    }

    [Fact]
    public void Proto2_has_groups_extensions_defaults_and_labels()
    {
        const string text = """
            syntax = "proto2";
            message A {
              required int32 a = 1 [default = -5];
              optional string s = 2 [default = "x\"y"];
              repeated group G = 3 { optional bool b = 1; }
              extensions 100 to max;
            }
            extend A { optional float f = 100; }
            """;

        var read = Read(text, normalize: true);
        var serialized = new ProtobufLanguage().Print(read.Model, "serialized")!;

        Assert.Contains("default = -5", read.Text, StringComparison.Ordinal);
        Assert.Contains("repeated group G = 3 {", read.Text, StringComparison.Ordinal);
        Assert.Contains("extensions 100 to max;", read.Text, StringComparison.Ordinal);
        Assert.Equal(read.Text, Read(serialized, normalize: true).Text);
    }

    [Fact]
    public void Schemas_that_mean_the_same_have_the_same_normal_form()
    {
        var one = Read("""
            syntax = "proto3"; package p; import "google/protobuf/any.proto"; message A { B b = 2; string a = 1; }
            message B { }
            """, normalize: true);
        var other = Read("""
            syntax = "proto3"; package p; message A { string a = 1; .p.B b = 2; } message B { }
            """, normalize: true);

        Assert.Equal(one.Text, other.Text);
    }

    [Theory]
    [InlineData("message A { string a = 1; int32 b = 1; }", "already taken")]
    [InlineData("message A { string a = 1; string a = 2; }", "the name is given twice")]
    [InlineData("message A { Nothing a = 1; }", "\"Nothing\" is not defined")]
    [InlineData("message A { string a = 0; }", "cannot be the number")]
    [InlineData("message A { string a = 19500; }", "cannot be the number")]
    [InlineData("message A { reserved 1; string a = 1; }", "is reserved")]
    [InlineData("message A { string a = 1 }", "line 1, column 26")]
    [InlineData("message A { map<double, string> a = 1; }", "cannot be the key")]
    [InlineData("import \"x.proto\"; message A { }", "the import \"x.proto\" is unknown")]
    [InlineData("syntax = \"proto4\";", "proto4")]
    [InlineData("syntax = \"proto3\"; message A { required int32 a = 1; }", "not allowed in proto3")]
    [InlineData("syntax = \"proto3\"; enum E { A = 1; }", "must be 0")]
    [InlineData("enum E { A = 1; B = 1; }", "allow_alias")]
    [InlineData("message A { } message A { }", "defined twice")]
    [InlineData("/* open", "does not end")]
    [InlineData("{\"type\":\"record\"}", "begins no statement")]
    public void What_is_wrong_is_said(string text, string reason)
    {
        var error = Assert.ThrowsAny<SchemaParseException>(() => Read(text));

        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Messages_may_not_be_nested_without_end()
    {
        var text = string.Concat(Enumerable.Repeat("message A {", 100_000));

        var error = Assert.ThrowsAny<SchemaParseException>(() => Read(text));

        Assert.Contains("nested deeper", error.Message, StringComparison.Ordinal);
    }
}
