using System.Collections.Generic;
using System.Linq;

namespace Platform.Protocol.Generator;

/// <summary>What a schema file declares: a pair of messages, or one record, header or piece of data.</summary>
public enum SchemaKind { Api, Header, Record, Key, Value, Data }

/// <summary>An inclusive range of versions; <see cref="None"/> holds no version.</summary>
public readonly struct VersionRange(int lowest, int highest)
{
    /// <summary>Upper end of an open range such as <c>3+</c>.</summary>
    public const int Open = short.MaxValue;

    /// <summary>The empty range.</summary>
    public static readonly VersionRange None = new(0, -1);

    public int Lowest { get; } = lowest;
    public int Highest { get; } = highest;
    public bool IsEmpty => Highest < Lowest;
    public bool Contains(int version) => version >= Lowest && version <= Highest;
    public VersionRange Intersect(VersionRange other) =>
        new(System.Math.Max(Lowest, other.Lowest), System.Math.Min(Highest, other.Highest));
    public bool Covers(VersionRange other) => other.IsEmpty || (Lowest <= other.Lowest && Highest >= other.Highest);
    public override string ToString() =>
        IsEmpty ? "none" : Highest == Open ? $"{Lowest}+" : $"{Lowest}-{Highest}";
}

/// <summary>One field of a struct, as declared on one line.</summary>
public sealed class FieldModel
{
    public string Name { get; set; } = "";
    public string BaseType { get; set; } = "";
    public bool IsArray { get; set; }
    public VersionRange Versions { get; set; }
    public VersionRange Nullable { get; set; } = VersionRange.None;
    public int? Tag { get; set; }
    public VersionRange Tagged { get; set; } = VersionRange.None;
    public string? Default { get; set; }
    public bool Ignorable { get; set; }
    public bool IsKey { get; set; }
    /// <summary>Keeps the fixed-width encoding in flexible versions (the client id of the request header).</summary>
    public bool Rigid { get; set; }
    public string? Doc { get; set; }
    public int Line { get; set; }
    /// <summary>The struct that <see cref="BaseType"/> names, or null for a primitive.</summary>
    public StructModel? Struct { get; set; }
    public string PropertyName => char.ToUpperInvariant(Name[0]) + Name.Substring(1);
}

/// <summary>An ordered list of fields under a name.</summary>
public sealed class StructModel(string name)
{
    public string Name { get; } = name;
    public List<FieldModel> Fields { get; } = [];
    public VersionRange Versions { get; set; } = new(0, VersionRange.Open);
    /// <summary>Appears as a tagged field, so that a writer must know whether all of it is default.</summary>
    public bool NeedsDefaultTest { get; set; }
}

/// <summary>One message with every struct that it uses; the first struct is the message itself.</summary>
public sealed class MessageModel(string name)
{
    public string Name { get; } = name;
    public StructModel Root { get; } = new(name);
    public List<StructModel> Structs { get; } = [];
    public string? Doc { get; set; }
    public IEnumerable<StructModel> All => new[] { Root }.Concat(Structs);
}

/// <summary>The content of one schema file.</summary>
public sealed class SchemaModel
{
    public SchemaKind Kind { get; set; }
    /// <summary>API key, or the type number of a record; -1 when the message has none.</summary>
    public int Type { get; set; } = -1;
    public string Name { get; set; } = "";
    public VersionRange Versions { get; set; } = VersionRange.None;
    public VersionRange Flexible { get; set; } = VersionRange.None;
    public List<string> Listeners { get; } = [];
    /// <summary>The highest version is still changing, so that it must not be advertised.</summary>
    public bool LatestVersionUnstable { get; set; }
    public string? Doc { get; set; }
    public List<MessageModel> Messages { get; } = [];
}
