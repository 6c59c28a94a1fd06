using Microsoft.AspNetCore.Mvc;
using Platform.Client.Metadata;

namespace Platform.Api.RestProxy.V3.Topics;

/// <summary>Which topics a list shows; without a filter all of them.</summary>
internal sealed class TopicFilter
{
    [FromQuery(Name = "prefix")]
    public string? Prefix { get; init; }

    [FromQuery(Name = "contains")]
    public string? Contains { get; init; }

    [FromQuery(Name = "include_internal")]
    public bool? IncludeInternal { get; init; }

    [FromQuery(Name = "page_size")]
    public int? PageSize { get; init; }

    [FromQuery(Name = "page_token")]
    public string? PageToken { get; init; }

    public bool Shows(TopicMetadata topic) => (IncludeInternal != false || !topic.IsInternal)
        && topic.Name.StartsWith(Prefix ?? "", StringComparison.Ordinal)
        && topic.Name.Contains(Contains ?? "", StringComparison.Ordinal);
}
