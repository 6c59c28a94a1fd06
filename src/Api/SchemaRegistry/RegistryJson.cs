using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Api.Hosting;
using Platform.Api.SchemaRegistry.Associations;
using Platform.Api.SchemaRegistry.Compatibility;
using Platform.Api.SchemaRegistry.Config;
using Platform.Api.SchemaRegistry.Keys;
using Platform.Api.SchemaRegistry.Leadership;
using Platform.Api.SchemaRegistry.Schemas;
using Platform.Api.SchemaRegistry.Storage;
using Platform.Api.SchemaRegistry.Subjects;

namespace Platform.Api.SchemaRegistry;

/// <summary>
/// Source-generated shapes of the registry's requests and answers; unknown input is ignored, as clients expect.
/// </summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RegisterSchemaRequest))]
[JsonSerializable(typeof(RegisterSchemaResponse))]
[JsonSerializable(typeof(SubjectSchemaResponse))]
[JsonSerializable(typeof(SchemaByIdResponse))]
[JsonSerializable(typeof(SubjectVersion))]
[JsonSerializable(typeof(IReadOnlyList<SubjectSchemaResponse>))]
[JsonSerializable(typeof(IReadOnlyList<SubjectVersion>))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(IReadOnlyList<int>))]
[JsonSerializable(typeof(int))]
[JsonSerializable(typeof(CompatibilityCheckResponse))]
[JsonSerializable(typeof(SchemaDiffResponse))]
[JsonSerializable(typeof(ConfigRequest))]
[JsonSerializable(typeof(RegistryConfig))]
[JsonSerializable(typeof(Dictionary<string, JsonElement>))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(ModifyTagsRequest))]
[JsonSerializable(typeof(IReadOnlyList<ContextId>))]
[JsonSerializable(typeof(IReadOnlyList<Association>))]
[JsonSerializable(typeof(AssociationRequest))]
[JsonSerializable(typeof(AssociationResponse))]
[JsonSerializable(typeof(AssociationBatchRequest))]
[JsonSerializable(typeof(AssociationBatchGetRequest))]
[JsonSerializable(typeof(AssociationBatchResponse))]
[JsonSerializable(typeof(CreateKekRequest))]
[JsonSerializable(typeof(CreateDekRequest))]
[JsonSerializable(typeof(UpdateKekRequest))]
[JsonSerializable(typeof(Kek))]
[JsonSerializable(typeof(Dek))]
[JsonSerializable(typeof(DeploymentAttributes))]
[JsonSerializable(typeof(SchemaChange))]
[JsonSerializable(typeof(ModeBody))]
[JsonSerializable(typeof(Empty))]
[JsonSerializable(typeof(LeaderResponse))]
[JsonSerializable(typeof(RegistryVersion))]
[JsonSerializable(typeof(RegistryClusterId))]
internal sealed partial class RegistryJsonContext : JsonSerializerContext;

/// <summary>
/// The registry's JSON with schemas unescaped as far as JSON allows, for people who read it with curl.
/// </summary>
internal static class RegistryJson
{
    public static readonly RegistryJsonContext Relaxed = new(new(RegistryJsonContext.Default.Options)
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
