// Makes the "try it" page live: fetches the result as one types, rendered by the server, and ties rules to the places
// they speak of. Without this file the form still works.
"use strict";

(() => {
  const form = document.getElementById("try");
  const result = document.getElementById("result");
  const announce = document.getElementById("announce");
  const WAIT_MS = 180;
  let timer = 0;
  let running = null;
  const opened = {};

  form.querySelector(".live").hidden = false;

  const sentence = () => {
    const word = result.querySelector(".scale [aria-current]");
    const meaning = result.querySelector("#sentence");
    return word && meaning ? `${word.textContent.trim()}. ${meaning.textContent.replace(/\s+/g, " ").trim()}` : "";
  };

  // Sections that were opened or closed by hand stay so from result to result.
  const remember = (event) => {
    const details = event.target.closest("summary")?.parentElement;
    if (details) {
      opened[details.className] = !details.open;
    }
  };

  const show = (html) => {
    const parsed = new DOMParser().parseFromString(html, "text/html");
    for (const details of parsed.querySelectorAll("details")) {
      if (details.className in opened) {
        details.open = opened[details.className];
      }
    }
    result.replaceChildren(...parsed.body.childNodes);
  };

  const look = async () => {
    running?.abort();
    running = new AbortController();
    result.classList.add("waiting");
    try {
      const response = await fetch(form.dataset.explain, {
        method: "POST",
        body: new URLSearchParams(new FormData(form)),
        signal: running.signal,
      });
      if (!response.ok) {
        throw new Error(String(response.status));
      }
      show(await response.text());
      const said = sentence();
      if (announce.textContent !== said) {
        announce.textContent = said;
      }
    } catch (error) {
      if (error.name === "AbortError") {
        return;
      }
      announce.textContent = form.dataset.failed;
      const note = document.createElement("p");
      note.className = "note";
      note.textContent = form.dataset.failed;
      result.replaceChildren(note);
    }
    result.classList.remove("waiting");
  };

  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(look, WAIT_MS);
  };

  const point = (element) => {
    const rule = element?.closest("[data-rule]")?.dataset.rule;
    for (const mark of result.querySelectorAll("mark")) {
      mark.classList.toggle("on", rule !== undefined && mark.dataset.rules.split(" ").includes(rule));
    }
  };

  form.addEventListener("input", soon);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(timer);
    look().then(() => result.focus({ preventScroll: false }));
  });
  result.addEventListener("pointerover", (event) => point(event.target));
  result.addEventListener("pointerleave", () => point(null));
  result.addEventListener("focusin", (event) => point(event.target));
  result.addEventListener("focusout", (event) => point(event.relatedTarget));
  result.addEventListener("click", remember);
})();
