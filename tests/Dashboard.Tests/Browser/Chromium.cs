using Microsoft.Playwright;

namespace Platform.Dashboard.Tests.Browser;

/// <summary>
/// One browser for all tests of the collection: Debian's chromium, or the one that CHROMIUM_PATH names.
/// </summary>
public sealed class Chromium : IAsyncLifetime
{
    private static readonly string[] Arguments =
    [
        "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync", "--font-render-hinting=none",
    ];

    private IPlaywright _playwright = null!;
    private IBrowser _browser = null!;

    public async Task InitializeAsync()
    {
        var path = Environment.GetEnvironmentVariable("CHROMIUM_PATH") ?? "/usr/bin/chromium";
        Assert.True(File.Exists(path),
            $"There is no browser at {path}: apt-get install chromium, or set CHROMIUM_PATH.");
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = path, Args = Arguments });
    }

    public async Task DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }

    /// <summary>A page of a person who was never here, who likes it dark.</summary>
    public async Task<IPage> NewPageAsync(Uri site)
    {
        var context = await _browser.NewContextAsync(new()
        {
            BaseURL = site.ToString(), ColorScheme = ColorScheme.Dark, Locale = "en-US", TimezoneId = "UTC",
            ViewportSize = new() { Width = 1440, Height = 900 },
        });
        var page = await context.NewPageAsync();
        page.SetDefaultTimeout(30_000);
        return page;
    }
}

[CollectionDefinition(Name)]
public sealed class BrowserCollection : ICollectionFixture<Chromium>
{
    public const string Name = "browser";
}

internal static class Pages
{
    private static readonly LocatorAssertionsToHaveAttributeOptions Patient = new() { Timeout = 30_000 };

    /// <summary>Opens a page and waits until it answers to clicks.</summary>
    public static async Task OpenAsync(this IPage page, string path)
    {
        await page.GotoAsync(path);
        await Assertions.Expect(page.Locator(".shell")).ToHaveAttributeAsync("data-live", "true", Patient);
    }
}
