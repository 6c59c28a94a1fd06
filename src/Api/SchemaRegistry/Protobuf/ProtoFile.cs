namespace Platform.Api.SchemaRegistry.Protobuf;

/// <summary>A .proto file as written, comments left out.</summary>
internal sealed class ProtoFile
{
    /// <summary>"proto2", "proto3", or null when the file does not say, which means proto2.</summary>
    public string? Syntax { get; set; }

    /// <summary>The year of a file that says edition instead of syntax.</summary>
    public string? Edition { get; set; }

    public string Package { get; set; } = "";

    public List<ProtoImport> Imports { get; } = [];

    public List<ProtoOption> Options { get; } = [];

    public List<ProtoMessage> Messages { get; } = [];

    public List<ProtoEnum> Enums { get; } = [];

    public List<ProtoExtend> Extends { get; } = [];

    public List<ProtoService> Services { get; } = [];

    public bool IsProto3 => Syntax == "proto3";
}

/// <summary>An import; the kind is empty, "public" or "weak".</summary>
internal sealed record ProtoImport(string Path, string Kind)
{
    public bool IsPublic => Kind == "public";
}

/// <summary>An option. The name is as written, with the parentheses of a custom one.</summary>
internal sealed record ProtoOption(string Name, ProtoValue Value);

/// <summary>Value of an option.</summary>
internal abstract record ProtoValue
{
    /// <summary>A string; its bytes beyond ASCII are kept as the characters that were written.</summary>
    internal sealed record Text(string Value) : ProtoValue;

    /// <summary>A number, a boolean or the name of an enum's constant.</summary>
    internal sealed record Word(string Value) : ProtoValue;

    internal sealed record List(IReadOnlyList<ProtoValue> Items) : ProtoValue;

    internal sealed record Message(IReadOnlyList<(string Name, ProtoValue Value)> Members) : ProtoValue;
}

/// <summary>What messages and enums keep others from using: numbers from and to, both included, and names.</summary>
internal sealed record ProtoReserved(IReadOnlyList<(int From, int To)> Ranges, IReadOnlyList<string> Names)
{
    /// <summary>Stands for "max".</summary>
    public const int Max = int.MaxValue;
}

internal sealed class ProtoMessage(string name)
{
    public string Name { get; } = name;

    public List<ProtoField> Fields { get; } = [];

    public List<ProtoOneof> Oneofs { get; } = [];

    public List<ProtoMessage> Messages { get; } = [];

    public List<ProtoEnum> Enums { get; } = [];

    public List<ProtoExtend> Extends { get; } = [];

    public List<ProtoReserved> Reserved { get; } = [];

    public List<ProtoReserved> Extensions { get; } = [];

    public List<ProtoOption> Options { get; } = [];

    /// <summary>Fields of the message itself and of its oneofs.</summary>
    public IEnumerable<ProtoField> AllFields => Fields.Concat(Oneofs.SelectMany(oneof => oneof.Fields));
}

/// <summary>A field. A map has a key type; a group is a message in place.</summary>
internal sealed class ProtoField
{
    /// <summary>"optional", "required", "repeated", or empty.</summary>
    public string Label { get; init; } = "";

    /// <summary>The type as written; of a map, that of its values.</summary>
    public required string Type { get; set; }

    public string? MapKey { get; init; }

    public required string Name { get; init; }

    public required int Number { get; init; }

    public bool IsGroup { get; init; }

    /// <summary>The label of a proto3 descriptor was written, not implied.</summary>
    public bool IsExplicit { get; init; }

    public List<ProtoOption> Options { get; init; } = [];

    public bool IsRepeated => Label == "repeated" || MapKey is not null;

    public bool IsRequired => Label == "required";
}

internal sealed class ProtoOneof(string name)
{
    public string Name { get; } = name;

    public List<ProtoField> Fields { get; } = [];

    public List<ProtoOption> Options { get; } = [];
}

internal sealed class ProtoEnum(string name)
{
    public string Name { get; } = name;

    public List<ProtoConstant> Constants { get; } = [];

    public List<ProtoReserved> Reserved { get; } = [];

    public List<ProtoOption> Options { get; } = [];
}

internal sealed record ProtoConstant(string Name, int Number, List<ProtoOption> Options);

internal sealed class ProtoExtend(string type)
{
    public string Type { get; set; } = type;

    public List<ProtoField> Fields { get; } = [];
}

internal sealed class ProtoService(string name)
{
    public string Name { get; } = name;

    public List<ProtoMethod> Methods { get; } = [];

    public List<ProtoOption> Options { get; } = [];
}

internal sealed class ProtoMethod
{
    public required string Name { get; init; }

    public required string Request { get; set; }

    public required string Response { get; set; }

    public bool StreamsRequest { get; init; }

    public bool StreamsResponse { get; init; }

    public List<ProtoOption> Options { get; init; } = [];
}
