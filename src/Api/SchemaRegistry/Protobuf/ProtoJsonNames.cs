using System.Text;

namespace Platform.Api.SchemaRegistry.Protobuf;

/// <summary>Names of fields in JSON: user_id becomes userId.</summary>
internal static class ProtoJsonNames
{
    public static string Of(string field)
    {
        if (!field.Contains('_', StringComparison.Ordinal))
            return field;
        var name = new StringBuilder(field.Length);
        var upper = false;
        foreach (var letter in field)
        {
            if (letter != '_')
                name.Append(upper ? char.ToUpperInvariant(letter) : letter);
            upper = letter == '_';
        }
        return name.ToString();
    }
}
