namespace Platform.Cluster.Configuration;

/// <summary>Type of a setting, with the number that DescribeConfigs reports.</summary>
public enum ConfigType : sbyte
{
    /// <summary><c>true</c> or <c>false</c>.</summary>
    Boolean = 1,
    /// <summary>Text.</summary>
    String = 2,
    /// <summary>A number of 32 bits.</summary>
    Int = 3,
    /// <summary>A number of 16 bits.</summary>
    Short = 4,
    /// <summary>A number of 64 bits.</summary>
    Long = 5,
    /// <summary>A floating point number.</summary>
    Double = 6,
    /// <summary>Values separated by commas.</summary>
    List = 7,
    /// <summary>Name of a class.</summary>
    Class = 8,
    /// <summary>A secret, never shown.</summary>
    Password = 9,
}
