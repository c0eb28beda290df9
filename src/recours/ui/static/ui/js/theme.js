// The light or dark appearance: the same cookie as the form sets, without loading the page again.
const root = document.documentElement;

document.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-theme-switch]");
  if (!form || !event.submitter) return;
  event.preventDefault();
  const theme = event.submitter.value;
  const secure = location.protocol === "https:" ? "; secure" : "";
  if (theme === "auto") {
    delete root.dataset.theme;
    document.cookie = `theme=; max-age=0; path=/; samesite=lax${secure}`;
  } else {
    root.dataset.theme = theme;
    document.cookie = `theme=${theme}; max-age=31536000; path=/; samesite=lax${secure}`;
  }
  for (const button of form.querySelectorAll("button")) {
    button.setAttribute("aria-pressed", String(button === event.submitter));
  }
});
