using System.Globalization;
using System.Text.Json;
using Platform.Api.SchemaRegistry.Schemas;

namespace Platform.Api.SchemaRegistry.Json;

/// <summary>A place in a document, and the address that its relative references start from.</summary>
internal readonly record struct JsonPlace(JsonElement Element, string Base, JsonDialect Dialect);

/// <summary>
/// The documents that a schema may refer to: itself and its references. Finds the place that a $ref means; nothing is
/// ever fetched.
/// </summary>
internal sealed class JsonSchemaResources
{
    private static readonly string[] Literals = ["enum", "const", "default", "examples"];

    private readonly Dictionary<string, JsonPlace> _byUri = new(StringComparer.Ordinal);
    private readonly Dictionary<string, JsonPlace> _byAnchor = new(StringComparer.Ordinal);

    public JsonSchemaResources(JsonElement root, IEnumerable<(string Name, JsonElement Root)> references)
    {
        foreach (var (name, reference) in references)
        {
            var place = new JsonPlace(reference, name, JsonDialects.Of(reference));
            _byUri.TryAdd(WithoutFragment(name), place);
            Index(place, isRoot: true);
        }
        Root = new JsonPlace(root, IdOf(root, JsonDialects.Of(root)) ?? "", JsonDialects.Of(root));
        _byUri[Root.Base] = Root;
        Index(Root, isRoot: true);
    }

    public JsonPlace Root { get; }

    /// <summary>The place, and an address by which it is known. Throws when there is none.</summary>
    public (string Uri, JsonPlace Place) Resolve(JsonPlace from, string reference)
    {
        var hash = reference.IndexOf('#', StringComparison.Ordinal);
        var fragment = hash < 0 ? "" : Uri.UnescapeDataString(reference[(hash + 1)..]);
        var path = hash < 0 ? reference : reference[..hash];
        var address = path.Length == 0 ? from.Base : Combine(from.Base, path);
        if (!_byUri.TryGetValue(address, out var resource) && !_byUri.TryGetValue(path, out resource))
            throw Unresolved(reference);
        var uri = $"{resource.Base}#{fragment}";
        if (fragment.Length == 0)
            return (uri, resource);
        if (fragment[0] == '/')
            return (uri, FollowPointer(resource, fragment, reference));
        return _byAnchor.TryGetValue(uri, out var anchored) ? (uri, anchored) : throw Unresolved(reference);
    }

    private void Index(JsonPlace place, bool isRoot)
    {
        switch (place.Element.ValueKind)
        {
            case JsonValueKind.Array:
                foreach (var item in place.Element.EnumerateArray())
                    Index(place with { Element = item }, isRoot: false);
                break;
            case JsonValueKind.Object:
                IndexObject(Rebased(place), isRoot);
                break;
        }
    }

    private void IndexObject(JsonPlace place, bool isRoot)
    {
        if (!isRoot || IdOf(place.Element, place.Dialect) is not null)
            _byUri.TryAdd(place.Base, place);
        foreach (var member in place.Element.EnumerateObject())
        {
            if (member.Name is "$anchor" or "$dynamicAnchor" && member.Value.ValueKind == JsonValueKind.String)
                _byAnchor.TryAdd($"{place.Base}#{member.Value.GetString()}", place);
            if (!Literals.Contains(member.Name))
                Index(place with { Element = member.Value }, isRoot: false);
        }
        if (IdOf(place.Element, place.Dialect, fragments: true) is { } id && id.StartsWith('#'))
            _byAnchor.TryAdd(place.Base + id, place);
    }

    /// <summary>The place with the base that its own $id sets.</summary>
    public static JsonPlace Rebased(JsonPlace place) => IdOf(place.Element, place.Dialect) is { } id
        ? place with { Base = Combine(place.Base, id) } : place;

    private static string? IdOf(JsonElement element, JsonDialect dialect, bool fragments = false)
    {
        if (element.ValueKind != JsonValueKind.Object
            || !element.TryGetProperty(dialect == JsonDialect.Draft4 ? "id" : "$id", out var id)
            || id.ValueKind != JsonValueKind.String)
            return null;
        var text = id.GetString()!;
        return fragments ? text : WithoutFragment(text) is { Length: > 0 } uri ? uri : null;
    }

    private static string WithoutFragment(string uri) => uri.Split('#')[0];

    private static string Combine(string from, string path) =>
        Uri.TryCreate(from, UriKind.Absolute, out var start) && Uri.TryCreate(start, path, out var combined)
            ? combined.OriginalString.Length > 0 ? combined.ToString() : path : path;

    private static JsonPlace FollowPointer(JsonPlace place, string pointer, string reference)
    {
        foreach (var part in pointer[1..].Split('/'))
        {
            var name = part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            if (place.Element.ValueKind == JsonValueKind.Object && place.Element.TryGetProperty(name, out var member))
                place = Rebased(place with { Element = member });
            else if (place.Element.ValueKind == JsonValueKind.Array
                && int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
                && index < place.Element.GetArrayLength())
                place = Rebased(place with { Element = place.Element[index] });
            else
                throw Unresolved(reference);
        }
        return place;
    }

    private static SchemaParseException Unresolved(string reference) => new(
        $"\"$ref\": \"{reference}\" means nothing: there is no such place in the schema, and no reference "
        + "carries this name");
}
