// Keys for the staff console. Every key does what a link, a button or a field on the page does; without this file they
// still do.
"use strict";

(() => {
  const rows = [...document.querySelectorAll("[data-row]")];
  const help = document.getElementById("keys");
  let at = -1;

  const move = (step) => {
    if (rows.length === 0) {
      return;
    }
    rows[at]?.classList.remove("current");
    at = Math.min(rows.length - 1, Math.max(0, at + step));
    rows[at].classList.add("current");
    rows[at].querySelector(".open").focus();
    rows[at].scrollIntoView({ block: "nearest" });
  };

  const press = (selector, root = document) => root?.querySelector(selector)?.click();
  const focus = (selector) => document.querySelector(selector)?.focus();

  const keys = {
    j: () => move(1),
    k: () => move(-1),
    o: () => press(".open", rows[at]),
    a: () => (rows.length > 0 ? press("[data-key=a]", rows[at]) : press("[data-key=a]")),
    d: () => focus("#decision input, #decision textarea"),
    l: () => press("#decision input[name=outcome][value=label]"),
    e: () => focus("[data-key=e]"),
    n: () => focus("[data-key=n]"),
    "?": () => help?.showModal(),
  };

  // What stands in the form speaks of a violation; where none is found, it goes, unless somebody wrote it.
  const decision = document.getElementById("decision");
  const facts = decision?.elements.facts;
  if (facts?.dataset.none && decision.elements.prefilled) {
    const { value: violation } = decision.elements.prefilled;
    const { none } = facts.dataset;
    decision.addEventListener("change", ({ target }) => {
      if (target.name === "outcome" && [violation, none, ""].includes(facts.value.trim())) {
        facts.value = target.value === "no_violation" ? none : violation;
      }
    });
  }

  const isWriting = (element) => element.matches("textarea, select, input:not([type=radio], [type=checkbox])");

  for (const button of document.querySelectorAll("[data-help]")) {
    button.hidden = false;
    button.addEventListener("click", () => help?.showModal());
  }

  document.addEventListener("focusin", (event) => {
    const row = rows.indexOf(event.target.closest("[data-row]"));
    if (row >= 0 && row !== at) {
      rows[at]?.classList.remove("current");
      at = row;
      rows[at].classList.add("current");
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.ctrlKey) {
      decision?.requestSubmit(decision.querySelector("button.first"));
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target) || help?.open) {
      return;
    }
    const choice = document.querySelector(`#decision input[data-number="${CSS.escape(event.key)}"]`);
    const act = choice ? () => choice.click() : Object.hasOwn(keys, event.key) && keys[event.key];
    if (act) {
      event.preventDefault();
      act();
    }
  });
})();
