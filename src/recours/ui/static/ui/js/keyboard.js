// Lists of the desk: j and k move, Enter opens, / searches, ? shows the keys. One switch turns them all off
// (WCAG 2.1.4), and they rest while one types.
const KEY = "recours-keys";
const list = document.querySelector("[data-rows]");
const panel = document.querySelector("[data-keys]");
const isOn = () => localStorage.getItem(KEY) !== "off";

if (panel) {
  panel.hidden = false;
  const box = panel.querySelector("input[type=checkbox]");
  if (box) {
    box.checked = isOn();
    box.addEventListener("change", () => localStorage.setItem(KEY, box.checked ? "on" : "off"));
  }
}

function move(step) {
  const links = [...list.querySelectorAll("[data-row] a[href]:first-of-type")].filter((link, i, all) => all.findIndex((other) => other.closest("[data-row]") === link.closest("[data-row]")) === i);
  if (!links.length) return;
  const here = links.findIndex((link) => link.closest("[data-row]").contains(document.activeElement));
  const next = links[Math.min(links.length - 1, Math.max(0, here + step))];
  next.focus();
  next.closest("[data-row]").scrollIntoView({ block: "nearest" });
}

if (list || panel) {
  document.addEventListener("keydown", (event) => {
    if (!isOn() || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    if (list && event.key === "j") move(1);
    else if (list && event.key === "k") move(-1);
    else if (event.key === "/") { const field = document.querySelector("[data-search]"); if (!field) return; field.focus(); }
    else if (event.key === "?" && panel) { panel.open = !panel.open; if (panel.open) panel.querySelector("summary")?.focus(); }
    else return;
    event.preventDefault();
  });
}
