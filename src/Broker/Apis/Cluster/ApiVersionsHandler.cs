using System.Text.RegularExpressions;
using Platform.Broker.Metadata;
using Platform.Broker.Network;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Apis.Cluster;

/// <summary>ApiVersions (key 18): what this listener serves. Clients choose their code paths from these ranges alone.</summary>
/// <remarks>v3 client software and features (KIP-511, KIP-584) · v4 features from level 0 · v5 expected cluster and node (KIP-1242).</remarks>
internal sealed partial class ApiVersionsHandler(ApiHandlerTable table, MetadataCache metadata)
    : IApiHandler<ApiVersionsRequest, ApiVersionsResponse>
{
    // Made at the first request, when the table is complete; every connection begins with one.
    private List<ApiVersionsResponse.ApiVersion>? _brokerApis;
    private List<ApiVersionsResponse.ApiVersion>? _controllerApis;

    public ValueTask<ApiVersionsResponse?> HandleAsync(ApiVersionsRequest request, RequestContext context)
    {
        var connection = context.Connection;
        var response = new ApiVersionsResponse { ErrorCode = Check(request, context) };
        if (response.ErrorCode == ErrorCode.None && context.ApiVersion >= 3)
        {
            connection.ClientSoftwareName = request.ClientSoftwareName;
            connection.ClientSoftwareVersion = request.ClientSoftwareVersion;
        }
        response.ApiKeys = connection.IsController ? _controllerApis ??= Apis(true) : _brokerApis ??= Apis(false);
        AddFeatures(response, context.ApiVersion);
        return new(response);
    }

    public ApiVersionsResponse? Fail(ApiVersionsRequest request, ErrorCode error, string message) => new() { ErrorCode = error };

    private ErrorCode Check(ApiVersionsRequest request, RequestContext context)
    {
        if (context.ApiVersion >= 3
            && !(SoftwareName().IsMatch(request.ClientSoftwareName) && SoftwareName().IsMatch(request.ClientSoftwareVersion)))
            return ErrorCode.InvalidRequest;
        if (request.ClusterId is null != request.NodeId < 0)
            return ErrorCode.InvalidRequest;
        var misrouted = request.ClusterId is not null && !context.Connection.IsController
            && (request.ClusterId != metadata.ClusterId || request.NodeId != metadata.NodeId);
        return misrouted ? ErrorCode.RebootstrapRequired : ErrorCode.None;
    }

    private List<ApiVersionsResponse.ApiVersion> Apis(bool onController) =>
    [
        .. from entry in table.Entries
           where onController ? entry.Info.OnController : entry.Info.OnBroker
           select new ApiVersionsResponse.ApiVersion
           {
               ApiKey = (short)entry.Info.Key,
               // librdkafka stops producing with new batches unless 0 is listed (KAFKA-18659); 0 to 2 still close.
               MinVersion = entry.Info.Key == ApiKey.Produce ? (short)0 : entry.LowestVersion,
               MaxVersion = entry.HighestVersion,
           },
    ];

    private void AddFeatures(ApiVersionsResponse response, short version)
    {
        foreach (var feature in metadata.SupportedFeatures)
            if (version >= 4 || feature.MinVersion > 0)
                response.SupportedFeatures.Add(new() { Name = feature.Name, MinVersion = feature.MinVersion, MaxVersion = feature.MaxVersion });
        response.FinalizedFeaturesEpoch = metadata.FeaturesEpoch;
        foreach (var (name, level) in metadata.FinalizedFeatures)
            response.FinalizedFeatures.Add(new() { Name = name, MaxVersionLevel = level, MinVersionLevel = level });
    }

    [GeneratedRegex(@"\A[a-zA-Z0-9](?:[a-zA-Z0-9\-.]*[a-zA-Z0-9])?\z")]
    private static partial Regex SoftwareName();
}
