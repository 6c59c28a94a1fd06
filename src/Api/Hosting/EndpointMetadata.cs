namespace Platform.Api.Hosting;

/// <summary>What all endpoints of a surface say of themselves to OpenAPI.</summary>
internal static class EndpointMetadata
{
    private static readonly int[] Errors =
    [
        StatusCodes.Status400BadRequest, StatusCodes.Status404NotFound, StatusCodes.Status409Conflict,
        StatusCodes.Status422UnprocessableEntity, StatusCodes.Status500InternalServerError,
    ];

    /// <summary>Declares the error body for the statuses that any endpoint may answer with.</summary>
    public static RouteGroupBuilder WithErrors(this RouteGroupBuilder group, string contentType)
    {
        foreach (var status in Errors)
            group.WithMetadata(new ProducesResponseTypeMetadata(status, typeof(ErrorResponse), [contentType]));
        return group;
    }
}
