// Elements with [data-live] get the event "live" whenever something they show may have changed, and htmx asks for
// them again (hx-get, hx-trigger="live"). One stream serves the whole page. Without a stream, or while it is down, they
// get the event every twenty seconds, as long as somebody looks.
const EVERY = 20_000;
let source = null;
let opened = false;

const elements = () => [...document.querySelectorAll("[data-live]")];
const refresh = () => { for (const element of elements()) window.htmx?.trigger(element, "live"); };

function address() {
  const given = elements().map((element) => element.dataset.live).filter(Boolean);
  if (!given.length) return null;
  const url = new URL(given[0], location.href);
  for (const other of given.slice(1)) url.searchParams.append("t", new URL(other, location.href).searchParams.get("t"));
  return url;
}

function listen() {
  const url = address();
  if (!url || source) return;
  source = new EventSource(url);
  source.addEventListener("live", refresh);
  source.addEventListener("open", () => { if (opened) refresh(); opened = true; });
  source.addEventListener("error", () => {
    // CLOSED: the ticket is too old, or the door is. The elements, asked for again, bring new tickets.
    if (source?.readyState === EventSource.CLOSED) { source.close(); source = null; }
  });
}

setInterval(() => {
  if (source?.readyState === EventSource.OPEN || document.hidden || !elements().length) return;
  refresh();
  // By then the elements have come back, with new tickets.
  setTimeout(listen, 2_000);
}, EVERY);
document.addEventListener("visibilitychange", () => { if (!document.hidden && source?.readyState !== EventSource.OPEN) refresh(); });
addEventListener("pagehide", () => { source?.close(); source = null; });
addEventListener("pageshow", (event) => { if (event.persisted) { refresh(); listen(); } });
listen();
