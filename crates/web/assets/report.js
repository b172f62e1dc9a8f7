// Does the work that lets a report through while the form is filled in, and says which fields are needed. Without this
// file the form still works: whoever sends it waits a little instead.
"use strict";

(() => {
  const form = document.getElementById("report");
  const proof = form?.elements.proof;
  if (!form || !proof) {
    return;
  }
  const CHUNK = 256;
  let solving = null;

  const zeros = (bytes) => {
    let count = 0;
    for (const byte of bytes) {
      count += Math.clz32(byte) - 24;
      if (byte !== 0) {
        break;
      }
    }
    return count;
  };

  const solve = async () => {
    const challenge = form.elements.challenge.value;
    const bits = Number(form.dataset.bits);
    const encoder = new TextEncoder();
    for (let from = 0; ; from += CHUNK) {
      const numbers = Array.from({ length: CHUNK }, (_, at) => from + at);
      const tried = numbers.map((number) => crypto.subtle.digest("SHA-256", encoder.encode(`${challenge}:${number}`)));
      const hashes = await Promise.all(tried);
      const found = hashes.findIndex((hash) => zeros(new Uint8Array(hash)) >= bits);
      if (found >= 0) {
        proof.value = String(from + found);
        return;
      }
    }
  };

  // Without a secure connection browsers lend no hash: then the form waits as it does without a script.
  const begin = () => {
    if (!solving && window.crypto?.subtle) {
      solving = solve();
    }
    return solving;
  };

  const need = () => {
    // An objection asks for nobody's name.
    if (!form.elements.email) {
      return;
    }
    const chosen = form.querySelector("[name=category]:checked");
    const needed = chosen?.dataset.contact === "1";
    form.elements.name.required = needed;
    form.elements.email.required = needed;
  };

  form.addEventListener("input", begin, { once: true });
  form.addEventListener("change", need);
  form.addEventListener("submit", (event) => {
    if (proof.value || !window.crypto?.subtle) {
      return;
    }
    event.preventDefault();
    begin().then(() => form.submit());
  });
  need();
})();
