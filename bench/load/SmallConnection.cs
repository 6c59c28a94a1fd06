using Platform.Protocol.Messages;

namespace Platform.Bench.Load;

/// <summary>Asks for the versions again and again: the smallest request that every server answers.</summary>
internal sealed class SmallConnection : ILoadConnection
{
    private readonly byte[] _request = RequestFrame.Encode(
        new ApiVersionsRequest { ClientSoftwareName = "load", ClientSoftwareVersion = "1" }, 3);

    public ReadOnlyMemory<byte> NextRequest() => _request;

    // An echo returns the request itself, so that there is nothing to look at.
    public long Accept(ReadOnlyMemory<byte> response) => 0;
}
