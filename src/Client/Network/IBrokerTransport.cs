namespace Platform.Client.Network;

/// <summary>The bytes of a connection, after whatever encryption and authentication its security protocol
/// demands.</summary>
internal interface IBrokerTransport : IDisposable
{
    /// <summary>Receives at least one byte; 0 when the broker closed the connection.</summary>
    ValueTask<int> ReceiveAsync(Memory<byte> buffer);

    /// <summary>Sends all bytes.</summary>
    ValueTask SendAsync(ReadOnlyMemory<byte> bytes);
}
