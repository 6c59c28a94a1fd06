using Microsoft.AspNetCore.Components;
using Platform.Dashboard.Hosting;
using Platform.Dashboard.Monitoring;

namespace Platform.Dashboard.Shared;

/// <summary>A page below <c>/c/{cluster}</c> that is drawn anew when the sampler has published a new view.</summary>
public abstract class LivePage : ComponentBase, IDisposable
{
    private IDisposable? _subscription;

    /// <summary>The cluster's name in the address.</summary>
    [Parameter]
    public string Cluster { get; set; } = "";

    [Inject]
    private protected ClusterMonitor Monitor { get; set; } = default!;

    [Inject]
    private protected DashboardOptions Options { get; set; } = default!;

    [Inject]
    private protected NavigationManager Navigation { get; set; } = default!;

    /// <summary>What the sampler published last.</summary>
    protected ClusterView View => Monitor.Current;

    /// <summary>Address of the cluster's pages.</summary>
    protected string Base => ClusterPath.Of(Options.ClusterName);

    /// <inheritdoc/>
    protected override void OnInitialized() =>
        _subscription = Monitor.OnRound(() => _ = InvokeAsync(() =>
        {
            OnRound();
            StateHasChanged();
        }));

    /// <inheritdoc/>
    protected override void OnParametersSet()
    {
        if (!string.Equals(Cluster, Options.ClusterName, StringComparison.Ordinal))
            Navigation.NavigateTo("/not-found");
    }

    /// <summary>Called before the page is drawn for a new view.</summary>
    protected virtual void OnRound()
    {
    }

    /// <summary>Stops drawing.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Stops drawing; pages that hold more override this.</summary>
    protected virtual void Dispose(bool disposing) => _subscription?.Dispose();
}
