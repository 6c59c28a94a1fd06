using System.Collections.Frozen;

namespace Platform.Api.SchemaRegistry.Protobuf;

/// <summary>
/// The well-known types in the shortest form that has their names, numbers and types, which are part of the language.
/// </summary>
internal static class ProtoBuiltInTexts
{
    private const string Wellknown = "syntax = \"proto3\"; package google.protobuf; ";
    private const string Common = "syntax = \"proto3\"; package google.type; ";
    private const string Confluent = "syntax = \"proto3\"; package confluent";

    /// <summary>Text by import path.</summary>
    public static readonly FrozenDictionary<string, string> All = new Dictionary<string, string>
    {
        ["google/protobuf/any.proto"] = Wellknown + "message Any { string type_url = 1; bytes value = 2; }",
        ["google/protobuf/duration.proto"] = Wellknown + "message Duration { int64 seconds = 1; int32 nanos = 2; }",
        ["google/protobuf/empty.proto"] = Wellknown + "message Empty { }",
        ["google/protobuf/field_mask.proto"] = Wellknown + "message FieldMask { repeated string paths = 1; }",
        ["google/protobuf/source_context.proto"] = Wellknown + "message SourceContext { string file_name = 1; }",
        ["google/protobuf/timestamp.proto"] = Wellknown + "message Timestamp { int64 seconds = 1; int32 nanos = 2; }",
        ["google/protobuf/struct.proto"] = Wellknown + """
            message Struct { map<string, Value> fields = 1; }
            message Value { oneof kind { NullValue null_value = 1; double number_value = 2; string string_value = 3;
              bool bool_value = 4; Struct struct_value = 5; ListValue list_value = 6; } }
            enum NullValue { NULL_VALUE = 0; }
            message ListValue { repeated Value values = 1; }
            """,
        ["google/protobuf/wrappers.proto"] = Wellknown + """
            message DoubleValue { double value = 1; } message FloatValue { float value = 1; }
            message Int64Value { int64 value = 1; } message UInt64Value { uint64 value = 1; }
            message Int32Value { int32 value = 1; } message UInt32Value { uint32 value = 1; }
            message BoolValue { bool value = 1; } message StringValue { string value = 1; }
            message BytesValue { bytes value = 1; }
            """,
        ["google/protobuf/type.proto"] = Wellknown + """
            import "google/protobuf/any.proto"; import "google/protobuf/source_context.proto";
            message Type { string name = 1; repeated Field fields = 2; repeated string oneofs = 3;
              repeated Option options = 4; SourceContext source_context = 5; Syntax syntax = 6; string edition = 7; }
            message Field { int32 kind = 1; int32 cardinality = 2; int32 number = 3; string name = 4;
              string type_url = 6; int32 oneof_index = 7; bool packed = 8; repeated Option options = 9;
              string json_name = 10; string default_value = 11; }
            message Enum { string name = 1; repeated EnumValue enumvalue = 2; repeated Option options = 3;
              SourceContext source_context = 4; Syntax syntax = 5; string edition = 6; }
            message EnumValue { string name = 1; int32 number = 2; repeated Option options = 3; }
            message Option { string name = 1; Any value = 2; }
            enum Syntax { SYNTAX_PROTO2 = 0; SYNTAX_PROTO3 = 1; SYNTAX_EDITIONS = 2; }
            """,
        ["google/protobuf/api.proto"] = Wellknown + """
            import "google/protobuf/source_context.proto"; import "google/protobuf/type.proto";
            message Api { string name = 1; repeated Method methods = 2; repeated Option options = 3;
              string version = 4; SourceContext source_context = 5; repeated Mixin mixins = 6; Syntax syntax = 7; }
            message Method { string name = 1; string request_type_url = 2; bool request_streaming = 3;
              string response_type_url = 4; bool response_streaming = 5; repeated Option options = 6;
              Syntax syntax = 7; }
            message Mixin { string name = 1; string root = 2; }
            """,
        ["google/protobuf/descriptor.proto"] = Descriptor,
        ["google/type/calendar_period.proto"] = Common + """
            enum CalendarPeriod { CALENDAR_PERIOD_UNSPECIFIED = 0; DAY = 1; WEEK = 2; FORTNIGHT = 3; MONTH = 4;
              QUARTER = 5; HALF = 6; YEAR = 7; }
            """,
        ["google/type/color.proto"] = Common + """
            import "google/protobuf/wrappers.proto";
            message Color { float red = 1; float green = 2; float blue = 3; google.protobuf.FloatValue alpha = 4; }
            """,
        ["google/type/date.proto"] = Common + "message Date { int32 year = 1; int32 month = 2; int32 day = 3; }",
        ["google/type/datetime.proto"] = Common + """
            import "google/protobuf/duration.proto";
            message DateTime { int32 year = 1; int32 month = 2; int32 day = 3; int32 hours = 4; int32 minutes = 5;
              int32 seconds = 6; int32 nanos = 7;
              oneof time_offset { google.protobuf.Duration utc_offset = 8; TimeZone time_zone = 9; } }
            message TimeZone { string id = 1; string version = 2; }
            """,
        ["google/type/dayofweek.proto"] = Common + """
            enum DayOfWeek { DAY_OF_WEEK_UNSPECIFIED = 0; MONDAY = 1; TUESDAY = 2; WEDNESDAY = 3; THURSDAY = 4;
              FRIDAY = 5; SATURDAY = 6; SUNDAY = 7; }
            """,
        ["google/type/decimal.proto"] = Common + "message Decimal { string value = 1; }",
        ["google/type/expr.proto"] = Common
            + "message Expr { string expression = 1; string title = 2; string description = 3; string location = 4; }",
        ["google/type/fraction.proto"] = Common
            + "message Fraction { int64 numerator = 1; int64 denominator = 2; }",
        ["google/type/interval.proto"] = Common + """
            import "google/protobuf/timestamp.proto";
            message Interval { google.protobuf.Timestamp start_time = 1; google.protobuf.Timestamp end_time = 2; }
            """,
        ["google/type/latlng.proto"] = Common + "message LatLng { double latitude = 1; double longitude = 2; }",
        ["google/type/localized_text.proto"] = Common
            + "message LocalizedText { string text = 1; string language_code = 2; }",
        ["google/type/money.proto"] = Common
            + "message Money { string currency_code = 1; int64 units = 2; int32 nanos = 3; }",
        ["google/type/month.proto"] = Common + """
            enum Month { MONTH_UNSPECIFIED = 0; JANUARY = 1; FEBRUARY = 2; MARCH = 3; APRIL = 4; MAY = 5; JUNE = 6;
              JULY = 7; AUGUST = 8; SEPTEMBER = 9; OCTOBER = 10; NOVEMBER = 11; DECEMBER = 12; }
            """,
        ["google/type/phone_number.proto"] = Common + """
            message PhoneNumber { message ShortCode { string region_code = 1; string number = 2; }
              oneof kind { string e164_number = 1; ShortCode short_code = 2; } string extension = 3; }
            """,
        ["google/type/postal_address.proto"] = Common + """
            message PostalAddress { int32 revision = 1; string region_code = 2; string language_code = 3;
              string postal_code = 4; string sorting_code = 5; string administrative_area = 6; string locality = 7;
              string sublocality = 8; repeated string address_lines = 9; repeated string recipients = 10;
              string organization = 11; }
            """,
        ["google/type/quaternion.proto"] = Common
            + "message Quaternion { double x = 1; double y = 2; double z = 3; double w = 4; }",
        ["google/type/timeofday.proto"] = Common
            + "message TimeOfDay { int32 hours = 1; int32 minutes = 2; int32 seconds = 3; int32 nanos = 4; }",
        ["confluent/meta.proto"] = Confluent + """
            ; import "google/protobuf/descriptor.proto";
            message Meta { string doc = 1; map<string, string> params = 2; repeated string tags = 3; }
            extend google.protobuf.FileOptions { Meta file_meta = 1088; }
            extend google.protobuf.MessageOptions { Meta message_meta = 1088; }
            extend google.protobuf.FieldOptions { Meta field_meta = 1088; }
            extend google.protobuf.EnumOptions { Meta enum_meta = 1088; }
            extend google.protobuf.EnumValueOptions { Meta enum_value_meta = 1088; }
            """,
        ["confluent/type/decimal.proto"] = Confluent
            + ".type; message Decimal { bytes value = 1; uint32 precision = 2; int32 scale = 3; }",
        ["confluent/types/decimal.proto"] = Confluent
            + ".type; message Decimal { bytes value = 1; uint32 precision = 2; int32 scale = 3; }",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private const string Descriptor = """
        syntax = "proto2"; package google.protobuf;
        message FileDescriptorSet { repeated FileDescriptorProto file = 1; }
        message FileDescriptorProto { optional string name = 1; optional string package = 2;
          repeated string dependency = 3; repeated DescriptorProto message_type = 4;
          repeated EnumDescriptorProto enum_type = 5; repeated ServiceDescriptorProto service = 6;
          repeated FieldDescriptorProto extension = 7; optional FileOptions options = 8;
          repeated int32 public_dependency = 10; repeated int32 weak_dependency = 11; optional string syntax = 12; }
        message DescriptorProto { optional string name = 1; repeated FieldDescriptorProto field = 2;
          repeated DescriptorProto nested_type = 3; repeated EnumDescriptorProto enum_type = 4;
          repeated FieldDescriptorProto extension = 6; optional MessageOptions options = 7;
          repeated OneofDescriptorProto oneof_decl = 8; repeated string reserved_name = 10; }
        message FieldDescriptorProto { optional string name = 1; optional string extendee = 2;
          optional int32 number = 3; optional int32 label = 4; optional int32 type = 5; optional string type_name = 6;
          optional string default_value = 7; optional FieldOptions options = 8; optional int32 oneof_index = 9;
          optional string json_name = 10; optional bool proto3_optional = 17; }
        message OneofDescriptorProto { optional string name = 1; optional OneofOptions options = 2; }
        message EnumDescriptorProto { optional string name = 1; repeated EnumValueDescriptorProto value = 2;
          optional EnumOptions options = 3; repeated string reserved_name = 5; }
        message EnumValueDescriptorProto { optional string name = 1; optional int32 number = 2;
          optional EnumValueOptions options = 3; }
        message ServiceDescriptorProto { optional string name = 1; repeated MethodDescriptorProto method = 2;
          optional ServiceOptions options = 3; }
        message MethodDescriptorProto { optional string name = 1; optional string input_type = 2;
          optional string output_type = 3; optional MethodOptions options = 4; }
        message FileOptions { extensions 1000 to max; }
        message MessageOptions { extensions 1000 to max; }
        message FieldOptions { extensions 1000 to max; }
        message OneofOptions { extensions 1000 to max; }
        message EnumOptions { extensions 1000 to max; }
        message EnumValueOptions { extensions 1000 to max; }
        message ServiceOptions { extensions 1000 to max; }
        message MethodOptions { extensions 1000 to max; }
        message UninterpretedOption { optional string identifier_value = 3; }
        """;
}
