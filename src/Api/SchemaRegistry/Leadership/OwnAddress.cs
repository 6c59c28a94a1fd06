using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Hosting;
using Platform.Api.Hosting;

namespace Platform.Api.SchemaRegistry.Leadership;

/// <summary>The address by which other registries reach this one; known when the server listens.</summary>
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

    private string Host() => options.AdvertisedHost
        ?? (options.BindAddress.Equals(IPAddress.Any) || options.BindAddress.Equals(IPAddress.IPv6Any)
            ? Dns.GetHostName() : options.BindAddress.ToString());
}
