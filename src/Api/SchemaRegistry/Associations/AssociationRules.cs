namespace Platform.Api.SchemaRegistry.Associations;

/// <summary>
/// What the operations of a batch say without saying it, as Confluent's clients check before they send: a schema makes
/// an association strong and frozen, and a frozen one is of the subject that is named after its resource.
/// </summary>
internal static class AssociationRules
{
    private const string Value = "value";

    /// <summary>The request with everything said. Throws 42212 for operations that contradict themselves.</summary>
    public static AssociationOpRequest Complete(AssociationOpRequest request)
    {
        var operations = request.Associations!.Select(op => Complete(request, op)).ToList();
        return operations.Where(op => op.Frozen is not null).DistinctBy(op => op.Frozen).Count() > 1
            ? throw AssociationProblems.Invalid("The associations of a resource are all frozen, or none is.")
            : request with { Associations = operations };
    }

    private static AssociationOp Complete(AssociationOpRequest request, AssociationOp op)
    {
        if (op.OpType is not (AssociationOp.Create or AssociationOp.Upsert or AssociationOp.Delete))
            throw AssociationProblems.Invalid($"opType '{op.OpType}': CREATE, UPSERT and DELETE are known.");
        op = op with { AssociationType = string.IsNullOrEmpty(op.AssociationType) ? Value : op.AssociationType };
        return op.OpType == AssociationOp.Delete ? op
            : WithSubject(op.Schema is null ? op : WithSchema(op),
                $":.{request.ResourceNamespace}:{request.ResourceName}-{op.AssociationType}");
    }

    private static AssociationOp WithSchema(AssociationOp op)
    {
        if (string.Equals(op.Lifecycle, Association.Weak, StringComparison.OrdinalIgnoreCase))
            throw AssociationProblems.Invalid("lifecycle cannot be WEAK when a schema is given.");
        if (op.OpType == AssociationOp.Upsert)
            return op;
        return op.Frozen == false ? throw AssociationProblems.Invalid("frozen cannot be false when a schema is given.")
            : op with { Lifecycle = Association.Strong, Frozen = true };
    }

    private static AssociationOp WithSubject(AssociationOp op, string own)
    {
        if (op.Subject is null && op.OpType == AssociationOp.Create && op.Frozen != true)
            throw AssociationProblems.Invalid("subject must be given for an association that is not frozen.");
        if (op.Frozen == true && op.Subject is { } other && other != own)
            throw AssociationProblems.Invalid($"A frozen association is of the subject '{own}', not of '{other}'.");
        return op with { Subject = op.Subject ?? own };
    }
}
