// Forms: sent once, drafts kept, chosen files shown, the error summary found at once.

document.querySelector("[data-focus]")?.focus();

// A second press of the button does nothing. The server refuses a second sending too; this only avoids the question.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  // What hands out a file leaves the page where it is, and may be asked for again.
  if (event.submitter?.hasAttribute("data-download")) return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "1";
  // After this turn: a disabled button would leave its own name and value out of what is sent.
  setTimeout(() => {
    for (const button of form.querySelectorAll("button:not([type='button'])")) {
      button.disabled = true;
      button.setAttribute("aria-busy", "true");
    }
  });
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("[aria-busy]")) {
      button.disabled = false;
      button.removeAttribute("aria-busy");
    }
  }
});

// <form data-autosave="/url"> posts itself there a few seconds after a change; files wait for the real sending.
// [data-autosaved] then says when. The answer's text is shown there if it is short, else nothing.
const PAUSE_MS = 3000;
for (const form of document.querySelectorAll("form[data-autosave]")) {
  let timer = 0;
  const save = async () => {
    if (form.dataset.sent) return;
    const body = new FormData(form);
    for (const [name, value] of [...body]) if (value instanceof File) body.delete(name);
    try {
      const answer = await fetch(form.dataset.autosave, { method: "POST", body, headers: { "X-Requested-With": "autosave" } });
      const place = document.querySelector("[data-autosaved]");
      if (answer.ok && place) place.textContent = (await answer.text()).trim().slice(0, 80);
    } catch { /* offline: the draft is still on the screen, and the next change tries again */ }
  };
  form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(save, PAUSE_MS); });
}

for (const box of document.querySelectorAll("[data-files]")) {
  const list = box.querySelector("[data-previews]");
  box.addEventListener("change", () => {
    for (const image of list.querySelectorAll("img")) URL.revokeObjectURL(image.src);
    list.replaceChildren();
    for (const input of box.querySelectorAll("input[type=file]")) {
      for (const file of input.files) list.append(preview(file, Number(box.querySelector("[data-max-bytes]")?.dataset.maxBytes), list.dataset.tooBig));
    }
  });
}

function preview(file, limit, tooBig) {
  const item = document.createElement("li");
  if (/^image\/(jpeg|png|webp|gif|avif)$/.test(file.type)) {
    const image = document.createElement("img");
    image.src = URL.createObjectURL(file);
    image.alt = "";
    item.append(image);
  }
  const megabytes = file.size / 1e6;
  const size = new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit: "megabyte", maximumFractionDigits: 1 }).format(Math.max(0.1, megabytes));
  item.append(`${file.name}, ${size}`);
  if (limit && file.size > limit) {
    const warning = document.createElement("strong");
    warning.textContent = tooBig;
    item.append(" ", warning);
  }
  return item;
}
