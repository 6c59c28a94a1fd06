using System.Text;
using System.Text.Json.Nodes;

namespace Platform.Api.RestProxy.TopicSchemas;

/// <summary>The named schemas of a document; those of one subject share a prefix.</summary>
internal sealed class SchemaComponents(JsonObject all, string prefix)
{
    /// <summary>A reference to a type, which is written when it is referred to first.</summary>
    public JsonObject Reference(string name, Func<JsonNode> write)
    {
        var key = prefix + Identifier(name);
        if (!all.ContainsKey(key))
        {
            // Its place is taken before it is written, because a type may refer to itself.
            all[key] = new JsonObject();
            all[key] = write();
        }
        return new JsonObject { ["$ref"] = $"#/components/schemas/{key}" };
    }

    /// <summary>The name in the form that generators make types of: my-topic.v1 becomes MyTopicV1.</summary>
    public static string Identifier(string name)
    {
        var text = new StringBuilder(name.Length);
        var upper = true;
        foreach (var letter in name)
        {
            if (char.IsAsciiLetterOrDigit(letter))
                text.Append(upper ? char.ToUpperInvariant(letter) : letter);
            upper = !char.IsAsciiLetterOrDigit(letter);
        }
        return text.ToString();
    }
}
