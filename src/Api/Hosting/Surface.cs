namespace Platform.Api.Hosting;

/// <summary>The three HTTP interfaces; each has its own media types, and the registry has its own port.</summary>
internal enum Surface
{
    Registry,
    RestV2,
    RestV3,
}

/// <summary>Put on a listener's connections: which surfaces they may reach.</summary>
internal sealed record SurfacePort(bool ServesRegistry, bool ServesRest)
{
    public bool Serves(Surface surface) => surface == Surface.Registry ? ServesRegistry : ServesRest;
}

/// <summary>Put on an endpoint: the surface that it belongs to.</summary>
internal sealed record SurfaceMetadata(Surface Surface);

/// <summary>Put on an endpoint that answers in media types of its own besides those of its surface.</summary>
internal sealed record OwnMediaTypes(params string[] Types);
