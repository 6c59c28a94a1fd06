using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Hosting;
using Platform.Api.Hosting;

namespace Platform.Api.SchemaRegistry.Leadership;

/// <summary>The addresses by which other processes of ours reach this one; known when the server listens.</summary>
internal sealed class OwnAddress(ApiOptions options, IServer server, IHostApplicationLifetime lifetime)
{
    private const int LayoutVersion = 1;

    public async Task<RegistryIdentity> WhenKnownAsync(CancellationToken cancellation)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = lifetime.ApplicationStarted.Register(() => started.TrySetResult());
        await started.Task.WaitAsync(cancellation);
        // The registry's port is bound first.
        var bound = new Uri(server.Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First());
        return new RegistryIdentity(LayoutVersion, Host(), bound.Port, IsEligible: true, bound.Scheme, IsLeader: false);
    }

    /// <summary>Base address of the REST proxy for other replicas of it, without a slash at its end; known when the server
    /// listens.</summary>
    public string RestUrl()
    {
        // The REST proxy's port is bound last.
        var bound = new Uri(server.Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Last());
        return new UriBuilder(bound.Scheme, Host(), bound.Port).Uri.GetLeftPart(UriPartial.Authority);
    }

    private string Host() => options.AdvertisedHost
        ?? (options.BindAddress.Equals(IPAddress.Any) || options.BindAddress.Equals(IPAddress.IPv6Any)
            ? Dns.GetHostName() : options.BindAddress.ToString());
}
