// Relative times that stay true, and buttons that copy. The page works without them.
// "dans 4 jours" goes on being true while the page stays open. Counts from the server's clock, which in the demo is
// not the machine's. templatetags/recours.py, relative(), says the same on the server.
const language = document.documentElement.lang || "fr";
const served = document.querySelector('meta[name="recours-now"]');
const ahead = served ? Date.parse(served.content) - Date.now() : 0;

function relative(at) {
  const distance = at - (Date.now() + ahead);
  const seconds = Math.floor(Math.abs(distance) / 1000);
  let unit = "day";
  let count = Math.floor(seconds / 86400);
  if (seconds < 3600) { unit = "minute"; count = Math.max(1, Math.floor(seconds / 60)); }
  else if (seconds < 48 * 3600) { unit = "hour"; count = Math.floor(seconds / 3600); }
  const style = language === "fr" && unit !== "day" ? "short" : "long";
  return new Intl.RelativeTimeFormat(language === "en" ? "en-GB" : language, { style }).format(distance >= 0 ? count : -count, unit);
}

function refresh() {
  for (const element of document.querySelectorAll("[data-relative]")) {
    const at = Date.parse(element.dataset.relative);
    const text = Number.isNaN(at) ? "" : relative(at);
    if (text && text !== element.textContent) element.textContent = text;
  }
}

setInterval(refresh, 60_000);
document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });

for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const source = button.parentElement.querySelector("[data-copy-source]");
    // A text that is sent as it stands keeps its lines.
    const text = source.hasAttribute("data-copy-exact") ? source.textContent : [...source.querySelectorAll("li, p")].map((line) => line.textContent.trim().replace(/\s+/g, " ")).join("\n");
    await navigator.clipboard.writeText(text);
    const label = button.querySelector("[data-copied]");
    const before = label.textContent;
    label.textContent = label.dataset.copied;
    label.setAttribute("role", "status");
    setTimeout(() => { label.textContent = before; }, 3000);
  });
}
