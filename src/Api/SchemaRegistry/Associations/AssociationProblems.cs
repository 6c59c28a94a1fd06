using Platform.Api.Hosting;

namespace Platform.Api.SchemaRegistry.Associations;

/// <summary>What is wrong with an association.</summary>
internal static class AssociationProblems
{
    public static ProblemException NotFound(string resource) => new(40410, $"Association of '{resource}' not found.");

    public static ProblemException Invalid(string reason) => new(42212, $"Invalid association: {reason}");

    public static ProblemException ResourceTaken(Association known) => new(40902,
        $"The {known.AssociationType} of '{known.ResourceName}' is bound to the subject '{known.Subject}' already.");

    public static ProblemException SubjectTaken(Association other) => new(40903,
        $"The subject '{other.Subject}' is bound to '{other.ResourceName}' already, so it cannot be bound strongly.");

    public static ProblemException SubjectOwned(Association owner) => new(40904,
        $"The subject '{owner.Subject}' is bound strongly to '{owner.ResourceName}'.");

    public static ProblemException NoVersion(string subject) => new(40905,
        $"The subject '{subject}' has no version; give a schema with the association.");

    public static ProblemException Frozen(Association known) => new(40906,
        $"The {known.AssociationType} of '{known.ResourceName}' is frozen; set frozen to false first.");

    public static ProblemException OtherResource(Association known) => new(40907,
        $"'{known.ResourceName}' is known as the resource {known.ResourceId}.");
}
