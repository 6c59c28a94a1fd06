namespace Platform.Api.SchemaRegistry.Protobuf;

/// <summary>Reads options and their values.</summary>
internal sealed class ProtoOptionParser(ProtoTokens tokens)
{
    private int _depth;

    /// <summary>option name = value;</summary>
    public ProtoOption ReadStatement()
    {
        tokens.Expect("option");
        var option = ReadOption();
        tokens.Expect(";");
        return option;
    }

    /// <summary>[name = value, …], or nothing.</summary>
    public List<ProtoOption> ReadList()
    {
        var options = new List<ProtoOption>();
        if (!tokens.Take("["))
            return options;
        do
        {
            options.Add(ReadOption());
        }
        while (tokens.Take(","));
        tokens.Expect("]");
        return options;
    }

    private ProtoOption ReadOption()
    {
        var name = ReadNamePart();
        while (tokens.Take("."))
            name += "." + ReadNamePart();
        tokens.Expect("=");
        return new ProtoOption(name, ReadValue());
    }

    private string ReadNamePart()
    {
        if (!tokens.Take("("))
            return tokens.Word();
        var name = tokens.DottedName();
        tokens.Expect(")");
        return $"({name})";
    }

    private ProtoValue ReadValue()
    {
        if (++_depth > ProtoParser.MaxNesting)
            throw tokens.Fail($"values are nested deeper than {ProtoParser.MaxNesting}");
        ProtoValue value = tokens.Peek switch
        {
            { Kind: ProtoTokenKind.Text } => new ProtoValue.Text(tokens.Text()),
            { Kind: ProtoTokenKind.Word } => new ProtoValue.Word(tokens.DottedName()),
            { Kind: ProtoTokenKind.Number } => new ProtoValue.Word(tokens.Number()),
            { Value: "{" or "<" } => ReadMessage(),
            { Value: "[" } => ReadValues(),
            { Value: "-" or "+" } => ReadSigned(),
            _ => throw tokens.Fail($"'{tokens.Peek.Value}' is no value"),
        };
        _depth--;
        return value;
    }

    private ProtoValue.Word ReadSigned()
    {
        var sign = tokens.Take("-") ? "-" : "";
        tokens.Take("+");
        return new ProtoValue.Word(sign
            + (tokens.Peek.Kind == ProtoTokenKind.Word ? tokens.Word() : tokens.Number()));
    }

    private ProtoValue.List ReadValues()
    {
        var items = new List<ProtoValue>();
        tokens.Expect("[");
        while (!tokens.Take("]"))
        {
            items.Add(ReadValue());
            tokens.Take(",");
        }
        return new ProtoValue.List(items);
    }

    private ProtoValue.Message ReadMessage()
    {
        var members = new List<(string Name, ProtoValue Value)>();
        var end = tokens.Take("{") ? "}" : ">";
        if (end == ">")
            tokens.Expect("<");
        while (!tokens.Take(end))
        {
            var name = ReadMemberName();
            var hasColon = tokens.Take(":");
            if (!hasColon && !tokens.Sees("{") && !tokens.Sees("<") && !tokens.Sees("["))
                throw tokens.Fail($"':' is expected after '{name}'");
            members.Add((name, ReadValue()));
            if (!tokens.Take(","))
                tokens.Take(";");
        }
        return new ProtoValue.Message(members);
    }

    private string ReadMemberName()
    {
        if (!tokens.Take("["))
            return tokens.Word();
        var name = tokens.DottedName();
        if (tokens.Take("/"))
            name += "/" + tokens.DottedName();
        tokens.Expect("]");
        return $"[{name}]";
    }
}
