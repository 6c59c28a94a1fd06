namespace Platform.Client.Balancing.Goals;

/// <summary>One thing that a plan is for.</summary>
internal interface IBalanceGoal
{
    /// <summary>Changes the draft until the goal is reached, or the limit of moves.</summary>
    void Improve(PlacementDraft draft);
}
