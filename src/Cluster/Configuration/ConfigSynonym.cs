using System.Globalization;

namespace Platform.Cluster.Configuration;

/// <summary>Another key that answers when the first one is not set, perhaps in another unit.</summary>
/// <param name="Key">The key that is asked next.</param>
/// <param name="Multiplier">What its number is multiplied by, such as 60,000 from minutes to milliseconds.</param>
public sealed record ConfigSynonym(ConfigKey Key, long Multiplier = 1)
{
    /// <summary>The value in the unit of the key that was asked first. Negative numbers mean
    /// "unlimited" in every unit.</summary>
    public string Convert(string value)
    {
        if (Multiplier == 1
            || !long.TryParse(value, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number))
            return value;
        if (number < 0)
            return "-1";
        var product = number > long.MaxValue / Multiplier ? long.MaxValue : number * Multiplier;
        return product.ToString(CultureInfo.InvariantCulture);
    }
}
