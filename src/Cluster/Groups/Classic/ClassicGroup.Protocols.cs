namespace Platform.Cluster.Groups.Classic;

// The choice of one protocol that everybody understands.
internal sealed partial class ClassicGroup
{
    /// <summary>True when a member with these protocols could be part of the group.</summary>
    public bool Supports(string protocolType, ClassicProtocol[] protocols)
    {
        if (State == ClassicGroupState.Empty)
            return protocolType.Length > 0 && protocols.Length > 0;
        if (ProtocolType != protocolType)
            return false;
        var common = CommonProtocols();
        return _members.Count == 0 ? protocols.Length > 0 : protocols.Any(protocol => common.Contains(protocol.Name));
    }

    /// <summary>The protocol with most votes; members vote for the first of their list that all understand.</summary>
    public string SelectProtocol()
    {
        var common = CommonProtocols();
        var votes = new OrderedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var member in _members.Values)
        {
            var choice = member.Vote(common.Contains);
            votes[choice] = votes.GetValueOrDefault(choice) + 1;
        }
        // Ties go to the choice of the member that joined first.
        return votes.MaxBy(vote => vote.Value).Key;
    }

    private HashSet<string> CommonProtocols()
    {
        HashSet<string>? common = null;
        foreach (var member in _members.Values)
        {
            var names = member.Protocols.Select(protocol => protocol.Name);
            if (common is null)
                common = new HashSet<string>(names, StringComparer.Ordinal);
            else
                common.IntersectWith(names);
        }
        return common ?? [];
    }
}
