// The site's search: all in this page, nothing is asked for elsewhere. See sokregister.py for the index.
(() => {
  "use strict";
  const ENDINGS = /(?:heterna|hetens|heten|heter|arnas|ernas|ornas|andet|anden|arna|erna|orna|ades|ande|andes|aste|aren|arens|het|ade|are|arne|ast|ens|ets|erns|ern|ad|ar|as|en|er|es|et|at|or|an|na|a|e|n|s|t)$/;
  const MOST = 50;
  const posts = JSON.parse(document.getElementById("register").textContent).map((post) => ({
    ...post, title: post.w.split(" "), other: post.o.split(" "),
  }));
  const field = document.getElementById("fraga");
  const count = document.getElementById("antal");
  const list = document.getElementById("traffar");
  const fold = (text) => text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");

  // A word as it is, and without one ending and then another: "skolornas" is also "skolorna" and "skol".
  function forms(word) {
    const found = [word];
    for (let i = 0; i < 2; i += 1) {
      const shorter = found[found.length - 1].replace(ENDINGS, "");
      if (shorter.length >= 3) found.push(shorter);
    }
    return found;
  }

  // How well one word of the question agrees with a place's words: 0 is not at all.
  function score(asked, words) {
    let best = 0;
    for (const word of words) {
      if (word === asked[0]) return 4;
      if (word.startsWith(asked[0]) || asked.includes(word)) best = Math.max(best, 3);
      else if (asked[0].length > 3 && word.includes(asked[asked.length - 1])) best = Math.max(best, 1);
    }
    return best;
  }

  function search(question) {
    const asked = (fold(question).match(/[\p{L}\p{N}]+/gu) || []).map(forms);
    if (!asked.length) return [];
    const found = [];
    for (const post of posts) {
      let sum = 0;
      for (const word of asked) {
        const points = 3 * score(word, post.title) || score(word, post.other);
        if (!points) { sum = 0; break; }
        sum += points;
      }
      if (sum) found.push([sum, post]);
    }
    return found.sort((a, b) => b[0] - a[0]).map((pair) => pair[1]); // stable: equals stay in the order of the alphabet
  }

  function item(post) {
    const row = document.createElement("li");
    const link = document.createElement("a");
    const note = document.createElement("span");
    link.href = post.a;
    link.textContent = post.r;
    note.className = "not";
    note.textContent = `${post.s}. ${post.v}`;
    row.append(link, " ", note);
    return row;
  }

  function show() {
    const question = field.value.trim();
    const found = search(question);
    list.replaceChildren(...found.slice(0, MOST).map(item));
    history.replaceState(null, "", question ? `#q=${encodeURIComponent(question)}` : location.pathname);
    if (!question) count.textContent = "";
    else if (!found.length) count.textContent = `Inga träffar på ”${question}”. Pröva ett annat ord, eller listan nedan.`;
    else {
      const many = found.length === 1 ? "1 träff" : `${found.length} träffar`;
      count.textContent = `${many} på ”${question}”.${found.length > MOST ? ` De ${MOST} bästa visas.` : ""}`;
    }
  }

  let waiting;
  field.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(show, 200); });
  document.getElementById("sok").hidden = false;
  if (location.hash.startsWith("#q=")) {
    try { field.value = decodeURIComponent(location.hash.slice(3)); show(); } catch { field.value = ""; }
  }
})();
