using System.Globalization;

namespace Platform.Api.SchemaRegistry.Avro;

/// <summary>
/// Where the parser stands, as a JSON pointer. Leaving is disposing, so that no early return forgets it.
/// </summary>
internal sealed class AvroPath
{
    private readonly List<string> _parts = [];

    public Scope Enter(string part) => Push(part);

    public Scope Enter(int index) => Push(index.ToString(CultureInfo.InvariantCulture));

    public Scope Enter(string part, int index) => Push($"{part}/{index.ToString(CultureInfo.InvariantCulture)}");

    public override string ToString() => _parts.Count == 0 ? "" : "/" + string.Join('/', _parts);

    private Scope Push(string part)
    {
        _parts.Add(part);
        return new Scope(_parts);
    }

    internal readonly struct Scope(List<string> parts) : IDisposable
    {
        // A failure keeps its message, which was built before the scopes closed.
        public void Dispose() => parts.RemoveAt(parts.Count - 1);
    }
}
