using Platform.Api.SchemaRegistry.Schemas;

namespace Platform.Api.SchemaRegistry.Protobuf;

/// <summary>
/// Reads .proto files of both syntaxes and of editions, by the published grammar. It says what a file is; whether its
/// types exist and its numbers are free is checked by <see cref="ProtoResolver"/>.
/// </summary>
internal sealed class ProtoParser
{
    /// <summary>How deep messages and values of options may nest.</summary>
    public const int MaxNesting = 64;

    private readonly ProtoTokens _tokens;
    private readonly ProtoOptionParser _options;
    private readonly ProtoFile _file = new();
    private int _depth;

    private ProtoParser(string text)
    {
        _tokens = new ProtoTokens(text);
        _options = new ProtoOptionParser(_tokens);
    }

    /// <exception cref="SchemaParseException">With line and column.</exception>
    public static ProtoFile Parse(string text)
    {
        var parser = new ProtoParser(text);
        while (!parser._tokens.AtEnd)
            parser.ReadTopLevel();
        return parser._file;
    }

    private void ReadTopLevel()
    {
        if (_tokens.Take(";"))
            return;
        switch (_tokens.Peek.Value)
        {
            case "syntax" or "edition":
                ReadSyntax();
                break;
            case "package":
                _tokens.Word();
                _file.Package = _tokens.DottedName();
                _tokens.Expect(";");
                break;
            case "import":
                ReadImport();
                break;
            case "option":
                _file.Options.Add(_options.ReadStatement());
                break;
            case "message":
                _file.Messages.Add(ReadMessage());
                break;
            case "enum":
                _file.Enums.Add(ReadEnum());
                break;
            case "extend":
                _file.Extends.Add(ReadExtend(_file.Messages));
                break;
            case "service":
                _file.Services.Add(ReadService());
                break;
            default:
                throw _tokens.Fail($"'{_tokens.Peek.Value}' begins no statement of a .proto file");
        }
    }

    private void ReadSyntax()
    {
        var isSyntax = _tokens.Word() == "syntax";
        _tokens.Expect("=");
        var value = _tokens.Text();
        if (isSyntax && value is not ("proto2" or "proto3"))
            throw _tokens.Fail($"the syntax \"{value}\" is unknown; proto2 and proto3 are");
        if (isSyntax)
            _file.Syntax = value;
        else
            _file.Edition = value;
        _tokens.Expect(";");
    }

    private void ReadImport()
    {
        _tokens.Word();
        var kind = _tokens.Sees("public") || _tokens.Sees("weak") ? _tokens.Word() : "";
        _file.Imports.Add(new ProtoImport(_tokens.Text(), kind));
        _tokens.Expect(";");
    }

    private ProtoMessage ReadMessage()
    {
        _tokens.Expect("message");
        var message = new ProtoMessage(_tokens.Word());
        ReadBody(message);
        return message;
    }

    private void ReadBody(ProtoMessage message)
    {
        if (++_depth > MaxNesting)
            throw _tokens.Fail($"messages are nested deeper than {MaxNesting}");
        _tokens.Expect("{");
        while (!_tokens.Take("}"))
            ReadMember(message);
        _depth--;
    }

    private void ReadMember(ProtoMessage message)
    {
        if (_tokens.Take(";"))
            return;
        // A word that begins a statement may also be the name of a type; then a name follows where it should not.
        switch (_tokens.Peek.Value)
        {
            case "message" when !_tokens.SeesThen("."):
                message.Messages.Add(ReadMessage());
                break;
            case "enum" when !_tokens.SeesThen("."):
                message.Enums.Add(ReadEnum());
                break;
            case "extend" when !_tokens.SeesThen("."):
                message.Extends.Add(ReadExtend(message.Messages));
                break;
            case "option" when !_tokens.SeesThen("."):
                message.Options.Add(_options.ReadStatement());
                break;
            case "oneof" when !_tokens.SeesThen("."):
                message.Oneofs.Add(ReadOneof(message));
                break;
            case "reserved":
                message.Reserved.Add(ReadReserved());
                break;
            case "extensions":
                message.Extensions.Add(ReadReserved());
                break;
            default:
                message.Fields.Add(ReadField(message.Messages));
                break;
        }
    }

    private ProtoOneof ReadOneof(ProtoMessage message)
    {
        _tokens.Expect("oneof");
        var oneof = new ProtoOneof(_tokens.Word());
        _tokens.Expect("{");
        while (!_tokens.Take("}"))
        {
            if (_tokens.Take(";"))
                continue;
            if (_tokens.Sees("option") && !_tokens.SeesThen("."))
                oneof.Options.Add(_options.ReadStatement());
            else
                oneof.Fields.Add(ReadField(message.Messages));
        }
        return oneof;
    }

    private ProtoField ReadField(List<ProtoMessage> groups)
    {
        var label = _tokens.Peek.Value is "optional" or "required" or "repeated" ? _tokens.Word() : "";
        if (_tokens.Sees("map") && _tokens.SeesThen("<"))
            return ReadMap(label);
        var type = _tokens.DottedName();
        if (type == "group")
            return ReadGroup(label, groups);
        var name = _tokens.Word();
        _tokens.Expect("=");
        var field = new ProtoField
        {
            Label = label,
            Type = type,
            Name = name,
            Number = _tokens.Integer(),
            Options = _options.ReadList(),
        };
        _tokens.Expect(";");
        return field;
    }

    private ProtoField ReadMap(string label)
    {
        if (label.Length > 0)
            throw _tokens.Fail($"a map cannot be {label}");
        _tokens.Word();
        _tokens.Expect("<");
        var key = _tokens.Word();
        _tokens.Expect(",");
        var value = _tokens.DottedName();
        _tokens.Expect(">");
        var name = _tokens.Word();
        _tokens.Expect("=");
        var field = new ProtoField
        {
            Type = value,
            MapKey = key,
            Name = name,
            Number = _tokens.Integer(),
            Options = _options.ReadList(),
        };
        _tokens.Expect(";");
        return field;
    }

    private ProtoField ReadGroup(string label, List<ProtoMessage> groups)
    {
        var message = new ProtoMessage(_tokens.Word());
        _tokens.Expect("=");
        var number = _tokens.Integer();
        var options = _options.ReadList();
        ReadBody(message);
        groups.Add(message);
        return new ProtoField
        {
            Label = label,
            Type = message.Name,
            Name = message.Name.ToLowerInvariant(),
            Number = number,
            IsGroup = true,
            Options = options,
        };
    }

    private ProtoReserved ReadReserved()
    {
        _tokens.Word();
        List<(int From, int To)> ranges = [];
        List<string> names = [];
        do
        {
            if (_tokens.Peek.Kind == ProtoTokenKind.Text)
                names.Add(_tokens.Text());
            else if (_tokens.Peek.Kind == ProtoTokenKind.Word)
                names.Add(_tokens.Word());
            else
                ranges.Add(ReadRange());
        }
        while (_tokens.Take(","));
        // Declarations of extensions say who may use them; nothing here depends on it.
        _options.ReadList();
        _tokens.Expect(";");
        return new ProtoReserved(ranges, names);
    }

    private (int From, int To) ReadRange()
    {
        var from = _tokens.Integer();
        if (!_tokens.Take("to"))
            return (from, from);
        return (from, _tokens.Take("max") ? ProtoReserved.Max : _tokens.Integer());
    }

    private ProtoEnum ReadEnum()
    {
        _tokens.Expect("enum");
        var symbols = new ProtoEnum(_tokens.Word());
        _tokens.Expect("{");
        while (!_tokens.Take("}"))
        {
            if (_tokens.Take(";"))
                continue;
            if (_tokens.Sees("option") && !_tokens.SeesThen("="))
                symbols.Options.Add(_options.ReadStatement());
            else if (_tokens.Sees("reserved") && !_tokens.SeesThen("="))
                symbols.Reserved.Add(ReadReserved());
            else
                symbols.Constants.Add(ReadConstant());
        }
        return symbols;
    }

    private ProtoConstant ReadConstant()
    {
        var name = _tokens.Word();
        _tokens.Expect("=");
        var constant = new ProtoConstant(name, _tokens.Integer(), _options.ReadList());
        _tokens.Expect(";");
        return constant;
    }

    private ProtoExtend ReadExtend(List<ProtoMessage> groups)
    {
        _tokens.Expect("extend");
        var extend = new ProtoExtend(_tokens.DottedName());
        _tokens.Expect("{");
        while (!_tokens.Take("}"))
        {
            if (!_tokens.Take(";"))
                extend.Fields.Add(ReadField(groups));
        }
        return extend;
    }

    private ProtoService ReadService()
    {
        _tokens.Expect("service");
        var service = new ProtoService(_tokens.Word());
        _tokens.Expect("{");
        while (!_tokens.Take("}"))
        {
            if (_tokens.Take(";"))
                continue;
            if (_tokens.Sees("option"))
                service.Options.Add(_options.ReadStatement());
            else
                service.Methods.Add(ReadMethod());
        }
        return service;
    }

    private ProtoMethod ReadMethod()
    {
        _tokens.Expect("rpc");
        var name = _tokens.Word();
        var (request, streamsRequest) = ReadMessageType();
        _tokens.Expect("returns");
        var (response, streamsResponse) = ReadMessageType();
        var method = new ProtoMethod
        {
            Name = name,
            Request = request,
            Response = response,
            StreamsRequest = streamsRequest,
            StreamsResponse = streamsResponse,
        };
        if (_tokens.Take(";"))
            return method;
        _tokens.Expect("{");
        while (!_tokens.Take("}"))
        {
            if (!_tokens.Take(";"))
                method.Options.Add(_options.ReadStatement());
        }
        return method;
    }

    private (string Type, bool Streams) ReadMessageType()
    {
        _tokens.Expect("(");
        var streams = _tokens.Sees("stream") && !_tokens.SeesThen(".") && !_tokens.SeesThen(")")
            && _tokens.Take("stream");
        var type = _tokens.DottedName();
        _tokens.Expect(")");
        return (type, streams);
    }
}
