namespace Platform.Cluster.Configuration;

/// <summary>How a listener protects its connections, with the number of the protocol.</summary>
public enum SecurityProtocol : short
{
    /// <summary>No encryption, no authentication.</summary>
    Plaintext = 0,
    /// <summary>TLS.</summary>
    Ssl = 1,
    /// <summary>SASL without encryption.</summary>
    SaslPlaintext = 2,
    /// <summary>SASL over TLS.</summary>
    SaslSsl = 3,
}

/// <summary>Kafka's spelling of the protocols.</summary>
public static class SecurityProtocols
{
    private static readonly string[] Names = ["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"];

    /// <summary>The names, for messages.</summary>
    public static string Allowed => string.Join(", ", Names);

    /// <summary>Reads <c>PLAINTEXT</c>, <c>SSL</c>, <c>SASL_PLAINTEXT</c> or <c>SASL_SSL</c>.</summary>
    public static bool TryParse(string text, out SecurityProtocol protocol)
    {
        var index = Array.FindIndex(Names, name => name.Equals(text.Trim(), StringComparison.OrdinalIgnoreCase));
        protocol = (SecurityProtocol)Math.Max(index, 0);
        return index >= 0;
    }

    /// <summary>Kafka's spelling.</summary>
    public static string KafkaName(this SecurityProtocol protocol) => Names[(int)protocol];
}
