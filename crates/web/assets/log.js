// Checks a receipt of the public log in the browser: nothing is sent anywhere. Without this file the form sends the receipt
// to the node, which checks it; where the browser lends no Ed25519, a second press of the button does.
"use strict";

(() => {
  const form = document.getElementById("verify");
  const output = document.getElementById("checked");
  if (!form || !output || !window.crypto?.subtle) {
    return;
  }
  const encoder = new TextEncoder();
  const field = form.elements.receipt;
  let isSent = false;
  const words = form.dataset;

  const fromBase64 = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const fromHex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const same = (one, other) => one.length === other.length && one.every((byte, at) => byte === other[at]);
  const join = (...parts) => {
    const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
    let at = 0;
    for (const part of parts) {
      joined.set(part, at);
      at += part.length;
    }
    return joined;
  };
  // What is no receipt is told so, whatever is wrong with it.
  const must = (holds) => {
    if (!holds) {
      throw new Error("no receipt");
    }
    return holds;
  };
  const sha256 = async (...parts) => new Uint8Array(await crypto.subtle.digest("SHA-256", join(...parts)));

  // RFC 9162, section 2.1.3.2.
  const rootOf = async (leaf, index, size, hashes) => {
    if (index >= size) {
      return null;
    }
    let [here, last, hash] = [index, size - 1n, leaf];
    for (const sibling of hashes) {
      if (last === 0n) {
        return null;
      }
      if (here % 2n === 1n || here === last) {
        hash = await sha256([1], sibling, hash);
        while (here % 2n === 0n && here !== 0n) {
          here /= 2n;
          last /= 2n;
        }
      } else {
        hash = await sha256([1], hash, sibling);
      }
      here /= 2n;
      last /= 2n;
    }
    return last === 0n ? hash : null;
  };

  const isSigned = async (note, keyText) => {
    const [name, id, material] = keyText.split(/\+(.*?)\+/s);
    const key = fromBase64(material);
    const split = note.indexOf("\n\n");
    const text = encoder.encode(note.slice(0, split + 1));
    const lines = note.slice(split + 2).split("\n");
    const own = lines.filter((line) => line.startsWith(`— ${name} `)).map((line) => fromBase64(line.split(" ")[2]));
    const imported = await crypto.subtle.importKey("raw", key.slice(1), { name: "Ed25519" }, false, ["verify"]);
    for (const signature of own.filter((bytes) => hex(bytes.slice(0, 4)) === id)) {
      if (await crypto.subtle.verify({ name: "Ed25519" }, imported, signature.slice(4), text)) {
        return true;
      }
    }
    return false;
  };

  const check = async (text) => {
    const receipt = JSON.parse(text);
    const head = receipt.proof.indexOf("\n\n");
    const lines = receipt.proof.slice(0, head).split("\n");
    if (lines[1]?.startsWith("extra ")) {
      lines.splice(1, 1);
    }
    const index = BigInt(must(/^index (0|[1-9]\d{0,18})$/.exec(lines[1]))[1]);
    const hashes = lines.slice(2).map((line) => must(/^[A-Za-z0-9+/]{43}=$/.test(line)) && fromBase64(line));
    must(receipt.receipt === "anlanh.receipt/1" && lines[0] === "c2sp.org/tlog-proof@v1");
    must(!receipt.private || /^[0-9a-f]{64}$/i.test(receipt.private.salt));
    const note = receipt.proof.slice(head + 2);
    const [origin, size, root] = note.split("\n");
    must(/^(0|[1-9]\d{0,18})$/.test(size));
    const leaf = await sha256([0], encoder.encode(receipt.entry));
    const found = await rootOf(leaf, index, BigInt(size), hashes);
    const entry = JSON.parse(receipt.entry);
    const steps = [
      [words.key, receipt.key === words.known && receipt.key.startsWith(`${origin}+`)],
      [words.signed, await isSigned(note, receipt.key)],
      [words.stands, found !== null && same(found, fromBase64(root))],
    ];
    if (receipt.private) {
      const made = await sha256(fromHex(receipt.private.salt), encoder.encode(receipt.private.text));
      steps.push([words.private, hex(made) === entry.commitment]);
    }
    return { steps, index, size, entry: receipt.entry, private: receipt.private?.text };
  };

  const show = ({ steps, index, size, entry, private: own }) => {
    const all = steps.every(([, holds]) => holds);
    const list = document.createElement("ul");
    for (const [what, holds] of steps) {
      const line = document.createElement("li");
      line.textContent = `${holds ? "✓" : "✗"} ${what}`;
      list.append(line);
    }
    const verdict = document.createElement("p");
    verdict.className = "verdict";
    verdict.textContent = all ? words.good : words.bad;
    const where = document.createElement("p");
    where.textContent = `#${index} / ${size}`;
    const shown = [entry, own].filter(Boolean).map((text) => {
      const block = document.createElement("pre");
      block.textContent = JSON.stringify(JSON.parse(text), null, 2);
      return block;
    });
    output.replaceChildren(verdict, list, where, ...shown);
    output.hidden = false;
    output.focus();
  };

  const read = async (text) => {
    try {
      show(await check(text));
    } catch (error) {
      // A browser without Ed25519: the node checks it, if that is wanted.
      const isLacking = error?.name === "NotSupportedError";
      isSent = isLacking;
      const verdict = document.createElement("p");
      verdict.className = "verdict";
      verdict.textContent = isLacking ? words.lacking : words.none;
      output.replaceChildren(verdict);
      output.hidden = false;
      output.focus();
    }
  };

  // Here it is checked by the browser; without this file the page says that the node does.
  document.getElementById("where").textContent = words.here;
  form.addEventListener("submit", (event) => {
    if (!isSent) {
      event.preventDefault();
      read(field.value);
    }
  });
  const file = document.getElementById("file");
  const take = async (chosen) => {
    if (chosen) {
      field.value = await chosen.text();
      read(field.value);
    }
  };
  file.closest("[hidden]")?.removeAttribute("hidden");
  file.addEventListener("change", () => take(file.files[0]));
  form.addEventListener("dragover", (event) => event.preventDefault());
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    take(event.dataTransfer.files[0]);
  });
})();
