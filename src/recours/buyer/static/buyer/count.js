// "1 234 / 5 000" under a text: counted as the server counts, a character each, not half an emoji.
for (const place of document.querySelectorAll("[data-count-of]")) {
  const text = document.getElementById(place.dataset.countOf);
  if (!text) continue;
  const limit = Number(place.dataset.countLimit);
  const format = new Intl.NumberFormat(document.documentElement.lang);
  const count = () => {
    const length = [...text.value.trim()].length;
    place.textContent = `${format.format(length)} / ${format.format(limit)}`;
    place.classList.toggle("field-error", length > limit);
  };
  place.hidden = false;
  text.addEventListener("input", count);
  count();
}
