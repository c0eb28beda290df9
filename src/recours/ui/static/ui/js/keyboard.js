// Keys of the desk. In a list j and k move, Enter opens, x ticks; everywhere a key presses what bears it (data-key), / searches,
// ? shows the keys. One switch turns them all off (WCAG 2.1.4), and they rest while one types: Escape leaves a field, and
// Ctrl + Enter sends its form.
const KEY = "recours-keys";
const list = document.querySelector("[data-rows]");
const panel = document.querySelector("[data-keys]");
const isOn = () => localStorage.getItem(KEY) !== "off";

for (const box of document.querySelectorAll("[data-keys-switch]")) {
  box.checked = isOn();
  box.disabled = false;
  box.addEventListener("change", () => localStorage.setItem(KEY, box.checked ? "on" : "off"));
}
if (panel) panel.hidden = false;

const rowOf = (element) => element?.closest("[data-row]");

function move(step) {
  const links = [...list.querySelectorAll("[data-row]")].map((row) => row.querySelector("a[href]")).filter(Boolean);
  if (!links.length) return;
  const here = links.findIndex((link) => rowOf(link).contains(document.activeElement));
  const next = links[Math.min(links.length - 1, Math.max(0, here + step))];
  next.focus();
  rowOf(next).scrollIntoView({ block: "nearest" });
}

function tick() {
  const box = rowOf(document.activeElement)?.querySelector("input[type=checkbox]");
  if (box) box.checked = !box.checked;
}

function first(form) {
  form?.querySelector("input:not([type=hidden]), textarea, select")?.focus();
  return Boolean(form);
}

function press(key) {
  if (key === "f") return first(document.querySelector("[data-first]"));
  const named = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!named) return false;
  if (named.matches("input, textarea, select, [tabindex]")) named.focus();
  else named.click();
  return true;
}

function typing(event) {
  const field = event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
  if (!field) return false;
  if (event.key === "Escape") field.blur();
  else if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && field.form) field.form.requestSubmit();
  else return true;
  event.preventDefault();
  return true;
}

document.addEventListener("keydown", (event) => {
  if (!isOn() || event.isComposing || event.defaultPrevented || typing(event)) return;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (list && event.key === "j") move(1);
  else if (list && event.key === "k") move(-1);
  else if (list && event.key === "x") tick();
  else if (event.key === "/") { const field = document.querySelector("[data-search]"); if (!field) return; field.focus(); }
  else if (event.key === "?" && panel) { panel.open = !panel.open; if (panel.open) panel.querySelector("summary")?.focus(); }
  else if (!press(event.key)) return;
  event.preventDefault();
});
