namespace Platform.Api.RestProxy.V2.Consumers.Ownership;

/// <summary>A process that holds instances.</summary>
/// <param name="Url">Base address of its REST proxy, for other replicas.</param>
/// <param name="Incarnation">Different after each start: a process that starts again has lost what it held.</param>
internal sealed record InstanceOwner(string Url, string Incarnation);
