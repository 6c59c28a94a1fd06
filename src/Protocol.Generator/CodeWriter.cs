using System.Text;

namespace Platform.Protocol.Generator;

/// <summary>Collects indented lines of C#.</summary>
internal sealed class CodeWriter
{
    private readonly StringBuilder _text = new();
    private int _depth;

    public void Line(string line = "")
    {
        if (line.Length > 0)
            _text.Append(' ', _depth * 4).Append(line);
        _text.Append('\n');
    }

    public void Open(string line)
    {
        Line(line);
        Line("{");
        _depth++;
    }

    public void Close(string after = "")
    {
        _depth--;
        Line("}" + after);
    }

    public void Summary(string? doc)
    {
        if (doc is not null)
            Line($"/// <summary>{doc.Replace("&", "&amp;").Replace("<", "&lt;")}</summary>");
    }

    public override string ToString() => _text.ToString();
}
