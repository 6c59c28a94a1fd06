namespace Platform.Api.SchemaRegistry.Protobuf;

/// <summary>Numbers of descriptor.proto and what they stand for.</summary>
internal static class DescriptorNames
{
    public const int MessageType = 11;
    public const int GroupType = 10;
    public const int EnumType = 14;

    /// <summary>By number; the empty ones are group, message and enum.</summary>
    public static readonly IReadOnlyList<string> Scalars =
    [
        "", "double", "float", "int64", "uint64", "int32", "fixed64", "fixed32", "bool", "string", "", "", "bytes",
        "uint32", "", "sfixed32", "sfixed64", "sint32", "sint64",
    ];

    /// <summary>By number.</summary>
    public static readonly IReadOnlyList<string> Labels = ["", "optional", "required", "repeated"];

    public static readonly IReadOnlyList<DescriptorOption> File =
    [
        new("java_package", 1, 't'), new("java_outer_classname", 8, 't'),
        new("optimize_for", 9, 'e', ["", "SPEED", "CODE_SIZE", "LITE_RUNTIME"]),
        new("java_multiple_files", 10, 'b'), new("go_package", 11, 't'), new("cc_generic_services", 16, 'b'),
        new("java_generic_services", 17, 'b'), new("py_generic_services", 18, 'b'),
        new("java_generate_equals_and_hash", 20, 'b'), new("deprecated", 23, 'b'),
        new("java_string_check_utf8", 27, 'b'), new("cc_enable_arenas", 31, 'b'), new("objc_class_prefix", 36, 't'),
        new("csharp_namespace", 37, 't'), new("swift_prefix", 39, 't'), new("php_class_prefix", 40, 't'),
        new("php_namespace", 41, 't'), new("php_metadata_namespace", 44, 't'), new("ruby_package", 45, 't'),
    ];

    public static readonly IReadOnlyList<DescriptorOption> Message =
    [
        new("message_set_wire_format", 1, 'b'), new("no_standard_descriptor_accessor", 2, 'b'),
        new("deprecated", 3, 'b'),
    ];

    public static readonly IReadOnlyList<DescriptorOption> Field =
    [
        new("ctype", 1, 'e', ["STRING", "CORD", "STRING_PIECE"]), new("packed", 2, 'b'), new("deprecated", 3, 'b'),
        new("lazy", 5, 'b'), new("jstype", 6, 'e', ["JS_NORMAL", "JS_STRING", "JS_NUMBER"]), new("weak", 10, 'b'),
        new("debug_redact", 16, 'b'),
    ];

    public static readonly IReadOnlyList<DescriptorOption> Enum =
        [new("allow_alias", 2, 'b'), new("deprecated", 3, 'b')];

    public static readonly IReadOnlyList<DescriptorOption> Constant = [new("deprecated", 1, 'b')];

    public static readonly IReadOnlyList<DescriptorOption> Deprecated = [new("deprecated", 33, 'b')];
}

/// <summary>An option that descriptor.proto names; the kind is t(ext), b(ool) or e(num).</summary>
internal sealed record DescriptorOption(string Name, int Number, char Kind, IReadOnlyList<string>? Constants = null);
