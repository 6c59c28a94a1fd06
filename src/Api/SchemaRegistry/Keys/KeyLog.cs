using System.Text.Json;
using Platform.Api.Hosting;
using Platform.Api.SchemaRegistry.Leadership;
using Platform.Api.SchemaRegistry.Storage;

namespace Platform.Api.SchemaRegistry.Keys;

/// <summary>The topic of keys. It is made and read from the first request on that has to do with keys: most clusters have
/// none.</summary>
internal sealed class KeyLog(
    ApiOptions options, ClusterGateway gateway, KeyStore keys, RegistryLeadership leadership,
    RegistryElection election, ILogger<KeyLog> logger)
    : TopicLog(options.KeysTopic, SchemaTopicCodec.Write(KeyId.OfKek(FenceName)), options, gateway, leadership,
        election, logger)
{
    /// <summary>No key can have this name.</summary>
    private const string FenceName = ".leader";

    private readonly Lock _starting = new();
    private Task? _started;

    /// <summary>Begins to read; completes when everything is known that the topic held then.</summary>
    public async Task WhenReadAsync()
    {
        lock (_starting)
            _started ??= StartAsync(CancellationToken.None);
        await _started;
        await Loaded;
    }

    protected override void Replay(
        ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, bool hasValue, long offset, long timestampMs)
    {
        try
        {
            keys.Apply(key, value, hasValue, timestampMs);
        }
        catch (JsonException error)
        {
            logger.KeyPassedOver(error, offset);
        }
    }
}

internal static partial class KeyLogMessages
{
    [LoggerMessage(LogLevel.Warning, "A record of the topic of keys at offset {Offset} cannot be read and is passed over")]
    public static partial void KeyPassedOver(this ILogger logger, Exception error, long offset);
}
