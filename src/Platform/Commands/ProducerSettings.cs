using Platform.Client;
using Platform.Client.Producing;
using Platform.Protocol.Records;

namespace Platform.Commands;

/// <summary>Options of producers, as people write them on the command line.</summary>
internal static class ProducerSettings
{
    /// <summary>Options with acks and compression.</summary>
    /// <exception cref="CommandException">One of them is unknown.</exception>
    public static ProducerOptions From(ClientOptions client, string acks, string compression) => new()
    {
        BootstrapServers = client.BootstrapServers,
        ClientId = client.ClientId,
        Acks = ParseAcks(acks),
        CompressionType = Enum.TryParse<CompressionType>(compression, ignoreCase: true, out var codec)
            ? codec
            : throw new CommandException($"compression is none, gzip, snappy, lz4 or zstd, not '{compression}'"),
    };

    private static Acks ParseAcks(string text) => text switch
    {
        "all" or "-1" => Acks.All,
        "1" => Acks.Leader,
        "0" => Acks.None,
        _ => throw new CommandException($"--acks is all, 1 or 0, not '{text}'"),
    };
}
