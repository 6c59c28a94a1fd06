using Platform.Dashboard.Monitoring;

namespace Platform.Dashboard.Diagnosis;

/// <summary>Without a controller no topic can be made or changed, and no leader can be replaced.</summary>
internal static class NoControllerRule
{
    public static Finding? Evaluate(ClusterSnapshot snapshot) => snapshot.ControllerId >= 0 ? null : new Finding(
        "no-controller", HealthLevel.Impaired,
        "No controller is active: topics cannot be changed, and a partition whose leader fails stays without one.",
        "Start the controllers until a majority of them runs; their logs say whom they cannot reach.",
        "brokers");
}
