namespace Platform.Cluster.Quotas;

/// <summary>Names of quotas, as Kafka has them.</summary>
public static class ClientQuotaKeys
{
    /// <summary>Bytes that a client may produce a second, at each broker.</summary>
    public const string ProducerByteRate = "producer_byte_rate";

    /// <summary>Bytes that a client may fetch a second, at each broker.</summary>
    public const string ConsumerByteRate = "consumer_byte_rate";

    /// <summary>Share of a broker's threads that a client may take, in percent of one thread (KIP-124).</summary>
    public const string RequestPercentage = "request_percentage";

    /// <summary>Partitions that a client may create or delete a second, counted by the controller (KIP-599).</summary>
    public const string ControllerMutationRate = "controller_mutation_rate";

    /// <summary>Connections from an address a second, at each broker (KIP-612).</summary>
    public const string ConnectionCreationRate = "connection_creation_rate";

    /// <summary>Quotas of users and client ids.</summary>
    public static readonly IReadOnlyList<string> OfClients =
        [ConsumerByteRate, ControllerMutationRate, ProducerByteRate, RequestPercentage];

    /// <summary>Quotas of addresses.</summary>
    public static readonly IReadOnlyList<string> OfAddresses = [ConnectionCreationRate];

    /// <summary>True for those that are numbers of bytes, which have no fractions.</summary>
    public static bool IsWhole(string key) => key is ProducerByteRate or ConsumerByteRate;
}
