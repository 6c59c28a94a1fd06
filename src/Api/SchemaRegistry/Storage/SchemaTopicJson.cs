using System.Text.Json.Serialization;
using Platform.Api.SchemaRegistry.Config;

namespace Platform.Api.SchemaRegistry.Storage;

/// <summary>
/// Source-generated shapes of the records of the schemas topic; used through <see cref="SchemaTopicCodec"/>.
/// </summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SchemaTopicKey))]
[JsonSerializable(typeof(SchemaValue))]
[JsonSerializable(typeof(RegistryConfig))]
[JsonSerializable(typeof(ContextValue))]
[JsonSerializable(typeof(ModeValue))]
[JsonSerializable(typeof(DeleteSubjectValue))]
[JsonSerializable(typeof(NoopValue))]
[JsonSerializable(typeof(Associations.AssociationKey))]
[JsonSerializable(typeof(Associations.Association))]
[JsonSerializable(typeof(Keys.KeyId))]
[JsonSerializable(typeof(Keys.StoredKek))]
[JsonSerializable(typeof(Keys.StoredDek))]
internal sealed partial class SchemaTopicJson : JsonSerializerContext;
