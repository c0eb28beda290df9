// Files leave as soon as they are chosen, each by itself, with its progress, a way to cancel it and to try again.
// Without this module the form sends them together, as before. The words are the page's: data-… of [data-uploading].

const AT_ONCE = 3;

for (const box of document.querySelectorAll("[data-upload]")) uploader(box);

function uploader(box) {
  const part = box.querySelector("[data-uploading]");
  const words = part.dataset;
  const form = box.closest("form");
  const rows = part.querySelector("[data-rows]");
  const told = part.querySelector("[data-told]");
  const holding = part.querySelector("[data-holding]");
  const chooser = box.querySelector("input[data-max-bytes]");
  const limit = Number(chooser.dataset.maxBytes);
  const waiting = [];
  const leaving = new Set();
  let held = null; // the button that was pressed while files were still leaving

  part.hidden = false;
  for (const byHand of form.querySelectorAll("[data-by-hand]")) byHand.hidden = true;

  const isBusy = () => leaving.size + waiting.length > 0;

  function tell(one, text, { aloud = true } = {}) {
    one.state.textContent = text;
    if (!aloud) return;
    const line = document.createElement("p");
    line.textContent = `${one.file.name} – ${text}`;
    told.append(line);
    while (told.children.length > 20) told.firstChild.remove();
  }

  function add(file) {
    const row = part.querySelector("template").content.firstElementChild.cloneNode(true);
    const one = {
      file, row, key: newKey(), request: null,
      state: row.querySelector("[data-state]"), bar: row.querySelector("progress"),
      retry: row.querySelector("[data-retry]"), cancel: row.querySelector("[data-cancel]"),
    };
    for (const place of row.querySelectorAll("[data-name]")) place.textContent = place.matches("button *") ? ` ${file.name}` : file.name;
    one.bar.setAttribute("aria-label", file.name);
    one.cancel.addEventListener("click", () => drop(one));
    one.retry.addEventListener("click", () => { one.cancel.focus(); wait(one); });
    rows.append(row);
    if (limit && file.size > limit) end(one, words.tooBig);
    else wait(one);
  }

  function wait(one) {
    one.row.dataset.now = "waiting";
    one.retry.hidden = true;
    one.bar.hidden = false;
    one.bar.value = 0;
    tell(one, words.waiting, { aloud: false });
    waiting.push(one);
    next();
  }

  function next() {
    while (leaving.size < AT_ONCE && waiting.length) send(waiting.shift());
    if (isBusy() || !held) return;
    const button = held;
    held = null;
    holding.hidden = true;
    // Whoever lost a file decides again, with the row before their eyes.
    if (!rows.querySelector("[data-now=lost]")) form.requestSubmit(button);
  }

  function send(one) {
    const body = new FormData();
    body.append("csrfmiddlewaretoken", form.querySelector("[name=csrfmiddlewaretoken]").value);
    body.append("key", one.key);
    body.append("exhibits", one.file);
    const request = one.request = new XMLHttpRequest();
    leaving.add(one);
    one.row.dataset.now = "sending";
    const percent = (value) => { one.bar.value = value; tell(one, words.sending.replace("{percent}", value), { aloud: value === 0 }); };
    percent(0);
    request.upload.addEventListener("progress", (event) => { if (event.lengthComputable) percent(Math.floor((event.loaded / event.total) * 100)); });
    request.upload.addEventListener("load", () => {
      // All of it is there: nothing is left to cancel, and the bar says that work goes on.
      one.row.dataset.now = "checking";
      one.cancel.hidden = true;
      one.bar.removeAttribute("value");
      tell(one, words.checking);
    });
    request.addEventListener("load", () => answered(one, request));
    request.addEventListener("error", () => lost(one, words.lost));
    request.addEventListener("loadend", () => { leaving.delete(one); next(); });
    request.open("POST", box.dataset.upload);
    request.send(body);
  }

  function answered(one, request) {
    const answer = new DOMParser().parseFromString(request.responseText, "text/html");
    const said = answer.querySelector("[data-said]")?.textContent;
    if (request.status === 200 && said) {
      one.row.dataset.now = "received";
      end(one, said);
      list(answer.querySelector("[data-list]"));
    } else if (request.status === 422 && said) {
      end(one, said);
    } else if (request.status >= 500 || request.status === 429) {
      lost(one, words.failed);
    } else {
      // Signed out, or a link that has ended: what came is another page.
      end(one, words.gone);
    }
  }

  function end(one, text) {
    if (one.row.dataset.now !== "received") one.row.dataset.now = "refused";
    one.bar.hidden = true;
    one.row.querySelector("[data-buttons]").remove();
    tell(one, text);
  }

  function lost(one, text) {
    one.row.dataset.now = "lost";
    one.bar.hidden = true;
    one.retry.hidden = one.cancel.hidden = false;
    tell(one, text);
  }

  function drop(one) {
    const place = waiting.indexOf(one);
    if (place >= 0) waiting.splice(place, 1);
    tell(one, words.cancelled);
    one.row.remove();
    one.request?.abort();
    chooser.focus();
    next();
  }

  // The line goes to the end of the page's list; one that is there already, after a second sending, is put anew.
  function list(found) {
    const place = document.getElementById(box.dataset.uploadInto);
    const item = found?.querySelector("li");
    if (!place || !item) return;
    const lines = place.querySelector("ul");
    const same = item.id && document.getElementById(item.id);
    if (same) same.replaceWith(item);
    else if (lines) lines.append(item);
    else place.replaceChildren(...found.childNodes);
  }

  for (const input of box.querySelectorAll("input[type=file]")) {
    input.addEventListener("change", (event) => {
      event.stopPropagation(); // no list of what is about to be sent: it is leaving
      const files = [...input.files];
      input.value = "";
      files.forEach(add);
    });
  }
  box.addEventListener("dragover", (event) => { event.preventDefault(); box.classList.add("over"); });
  for (const away of ["dragleave", "drop"]) box.addEventListener(away, () => box.classList.remove("over"));
  box.addEventListener("drop", (event) => { event.preventDefault(); [...event.dataTransfer.files].forEach(add); });
  document.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    // What has words in it is a text being pasted, with a picture of it that nobody asked for.
    if (!files.length || event.clipboardData.types.includes("text/plain")) return;
    event.preventDefault();
    files.forEach(add);
  });
  form.addEventListener("submit", (event) => {
    if (!isBusy()) return;
    event.preventDefault();
    held = event.submitter;
    holding.hidden = false;
    holding.textContent = words.held;
  });
  addEventListener("beforeunload", (event) => { if (isBusy()) event.preventDefault(); });
}

// randomUUID exists on https and on this machine only; a demo on the local network is neither.
function newKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${bytes.slice(0, 8)}-${bytes.slice(8, 12)}-4${bytes.slice(13, 16)}-a${bytes.slice(17, 20)}-${bytes.slice(20)}`;
}
