// Loaded before the first paint: chooses the theme, then handles the two buttons that need no server.
(() => {
  const cookie = "platform-theme";
  const saved = document.cookie.split("; ").find(entry => entry.startsWith(`${cookie}=`))?.slice(cookie.length + 1);
  const preferred = matchMedia("(prefers-color-scheme: light)").matches ? "light" : "dark";

  function apply(theme) {
    const link = document.getElementById("radzen-theme");
    if (document.documentElement.dataset.theme !== theme)
      link.href = link.dataset[theme];
    document.documentElement.dataset.theme = theme;
    dispatchEvent(new CustomEvent("themechange"));
  }

  function remember(theme) {
    document.cookie = `${cookie}=${theme}; path=/; max-age=31536000; samesite=lax`;
  }

  apply(saved ?? preferred);

  document.addEventListener("click", async event => {
    const toggle = event.target.closest("[data-theme-toggle]");
    if (toggle) {
      const theme = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
      apply(theme);
      remember(theme);
    }
    const copy = event.target.closest("[data-copy]");
    if (copy && navigator.clipboard) {
      await navigator.clipboard.writeText(copy.dataset.copy);
      copy.classList.add("copied");
      setTimeout(() => copy.classList.remove("copied"), 1200);
    }
  });

  // "/" goes to the filter of a list, as in most consoles; typing in a field stays typing.
  document.addEventListener("keydown", event => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.target.closest("input, textarea, select"))
      return;
    const filter = document.querySelector("[data-filter] input, input[data-filter]");
    if (filter) {
      event.preventDefault();
      filter.focus();
    }
  });
})();
