// The page: takes a file, has it checked, and says what was found. Text goes in as text, never as markup. In node there
// is no page, and nothing here runs.
"use strict";
const page = () => {
  const $ = (id) => document.getElementById(id);
  let language = (navigator.language || "en").startsWith("ar") ? "ar" : "en";
  let shown = null;

  // An element with classes and children; text is isolated from the direction of what is around it.
  const make = (tag, attributes = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  };
  // Dates and the like keep their order among right-to-left words.
  const isolated = (text) => text.replace(/\d[\w:+./]*-[\w:+./-]*\d\w*/g, "\u2066$&\u2069");
  const plain = (value) => make("bdi", { dir: "auto" }, isolated(String(value)));
  const code = (value) => make("bdi", { dir: "ltr", class: "mono" }, String(value));
  const w = () => WORDS[language];
  const count = (n) => new Intl.NumberFormat(language === "ar" ? "ar-u-nu-latn" : "en").format(n);
  const size = (n) => {
    const units = ["B", "kB", "MB", "GB"];
    let unit = 0;
    for (; n >= 1000 && unit < 3; unit++) n /= 1000;
    return `\u2066${n.toFixed(unit && n < 10 ? 1 : 0)} ${units[unit]}\u2069`;
  };

  const MOST_SHOWN = 500;
  const facts = (pairs) =>
    make("dl", {}, ...pairs.filter(([, value]) => value !== undefined).map(([term, value]) =>
      make("div", {}, make("dt", {}, term), make("dd", {}, value))));

  const verdict = (said) => {
    const isSigned = said.signatures === "checked";
    const box = make("section", { class: `verdict ${!said.holds ? "fails" : isSigned ? "holds" : "fits"}` });
    box.append(make("h2", {}, !said.holds ? w().fails : isSigned ? w().holds(count(said.size)) : w().fits));
    if (said.holds) {
      box.append(make("p", {}, w().issued(count(said.entry), `\u2066${said.issued_at}\u2069`)));
    } else {
      // What is wrong with one file stands in one line.
      const byFile = new Map();
      for (const { at, code: what, detail } of said.findings) {
        const words = [" ", w().findings[what] ?? what, ...(detail ? [" ", code(detail)] : [])];
        byFile.set(at, [...(byFile.get(at) ?? []), ...words]);
      }
      const line = ([at, words]) => make("li", {}, code(at || w().container), " —", ...words);
      box.append(make("p", {}, w().failsmore), make("ul", {}, ...[...byFile].map(line)));
    }
    return box;
  };

  const notices = (said) => {
    const notice = (kind, text) => make("p", { class: `notice ${kind}` }, text);
    const list = [];
    if (said.signatures === "unchecked") list.push(notice("care", w().nosignatures));
    else if (said.signatures === "checked" && said.holds) {
      list.push(said.authorship ? notice("", w().authorknown) : notice("care", w().authorunknown));
    }
    if (said.demonstration) list.push(notice("care", w().demonstration));
    return list;
  };

  const statement = (said) => {
    const lines = said.notes.map((note) => plain((language === "ar" && note.ar) || note.en));
    lines.push(said.countersignatures ? w().countersigned(count(said.countersignatures)) : w().notcountersigned);
    return [make("h2", {}, w().said), make("ul", { class: "said" }, ...lines.map((line) => make("li", {}, line)))];
  };

  const about = (said) => {
    const c = said.counts;
    const counted = w().counted({ files: count(c.files), bytes: size(c.bytes), entries: count(c.entries), rows: count(c.rows) });
    return [
      make("h2", {}, w().facts),
      facts([
        [w().contents, counted],
        [w().sentences, count(said.sentences)],
        [w().originals, count(c.originals)],
        [w().ledger, code(said.origin)],
        [w().fingerprint, said.fingerprint && code(said.fingerprint.match(/.{8}/g).join(" "))],
        [w().signer, said.issued_by && code(said.issued_by)],
      ]),
      make("h2", {}, w().withheld),
      facts(
        [["consent", "consent"], ["safety", "safety"], ["privilege", "privilege"], ["opposing", "opposing"], ["wfields", "fields"],
          ["wrows", "rows"]].map(([word, field]) => [w()[word], count(said.withheld[field])]),
      ),
    ];
  };

  // Exhibits by number: what each is, since when it is here, and which sentences rest on it.
  const exhibits = (said) => {
    const own = (note) => plain((language === "ar" && note.ar) || note.en);
    const one = (exhibit) => {
      const wrong = said.findings.some((finding) => finding.at === exhibit.file);
      const state = make("span", { class: `state ${wrong ? "fails" : "holds"}` }, wrong ? w().changed : w().unchanged);
      const uncounted = said.countersignatures ? w().countersigned(count(said.countersignatures)) : w().notcountersigned;
      const cited = exhibit.cited_by.length ? make("ul", {}, ...exhibit.cited_by.map((text) => make("li", {}, plain(text)))) : w().nobody;
      return make(
        "section", { class: "exhibit" },
        make("h3", {}, `${w().exhibit} ${count(exhibit.number)} · `, code(exhibit.media_type)),
        facts([
          [w().file, exhibit.file && make("span", {}, code(exhibit.file), " ", state)],
          [w().camein, exhibit.entry === undefined ? undefined : make("span", {}, code(exhibit.since), ` · ${w().entry} ${count(exhibit.entry)}`)],
          [w().custody, make("span", {}, own(exhibit.custody), " ", uncounted)],
          [w().notcarried, exhibit.withheld && own(exhibit.withheld)],
          [w().citedby, cited],
        ]),
      );
    };
    const list = said.exhibits.slice(0, MOST_SHOWN).map(one);
    return list.length ? [make("h2", {}, w().exhibits, make("small", {}, count(said.exhibits.length))), ...list] : [];
  };

  const save = (blob, file) => {
    const button = make("button", { type: "button" }, w().save);
    button.addEventListener("click", () => {
      const type = "application/octet-stream";
      const link = make("a", { href: URL.createObjectURL(blob.slice(file.data, file.data + file.length, type)) });
      link.download = file.name.split("/").pop();
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    });
    return button;
  };

  const table = (said, blob, list) => {
    const row = (file) => {
      const state = make("span", { class: `state ${file.holds ? "holds" : "fails"}` }, file.holds ? w().unchanged : w().changed);
      const act = make("td", { class: "act" }, ...(file.holds && said.holds ? [save(blob, file)] : []));
      return make("tr", {}, make("td", {}, code(file.name)), make("td", { class: "number" }, size(file.length)), make("td", {}, state), act);
    };
    const columns = [[w().name, ""], [w().size, "number"], [w().state, ""], ["", ""]];
    const head = make("tr", {}, ...columns.map(([word, kind]) => make("th", { scope: "col", class: kind }, word)));
    return make("table", {}, make("thead", {}, head), make("tbody", {}, ...list.map(row)));
  };

  const files = (said, blob) => {
    const [ours, theirs] = [said.files.filter((f) => f.ours), said.files.filter((f) => !f.ours)];
    return [
      make("h2", {}, w().files, make("small", {}, count(said.files.length))),
      table(said, blob, theirs),
      make("details", { class: "more" }, make("summary", {}, w().more(count(ours.length))), table(said, blob, ours)),
    ];
  };

  const entries = (said) => {
    const isCode = (v) => typeof v !== "string" || /^[0-9a-f]{16,}([/#]\d+)?$/.test(v);
    const value = (v) => (isCode(v) ? code(typeof v === "string" ? v : JSON.stringify(v, null, 1)) : plain(v));
    const fold = (entry) => {
      const kind = entry.fields.get("kind") ?? "";
      const pairs = [...entry.fields].map(([name, v]) => [code(name), value(v)]);
      return make(
        "details", { class: "entry" },
        make("summary", {}, `${w().entry} ${count(entry.index)} · `, code(kind), make("small", {}, w().hidden(entry.withheld))),
        facts(pairs),
      );
    };
    const list = said.entries.slice(0, MOST_SHOWN).map(fold);
    return list.length ? [make("h2", {}, w().entries, make("small", {}, count(said.entries.length))), ...list] : [];
  };

  const rows = (said) => {
    const fold = (row) => {
      let pretty = row.line;
      try {
        pretty = JSON.stringify(JSON.parse(row.line), null, 2);
      } catch {
        // A row that is no JSON is shown as it stands.
      }
      const title = make("summary", {}, `${w().row} ${count(row.row)} · `, code(`${row.pack.slice(0, 8)}#${row.row}`));
      return make("details", { class: "entry" }, title, make("pre", { dir: "ltr" }, pretty));
    };
    const list = said.rows.slice(0, MOST_SHOWN).map(fold);
    return list.length ? [make("h2", {}, w().rows, make("small", {}, count(said.rows.length))), ...list] : [];
  };

  const draw = () => {
    document.documentElement.lang = language;
    document.documentElement.dir = language === "ar" ? "rtl" : "ltr";
    document.title = `Witnessmark ${w().reader}`;
    for (const element of document.querySelectorAll("[data-words]")) element.textContent = w()[element.dataset.words];
    for (const element of document.querySelectorAll("[data-label]")) element.setAttribute("aria-label", w()[element.dataset.label]);
    $("language").textContent = w().other;
    $("language").lang = language === "ar" ? "en" : "ar";
    const result = $("result");
    result.hidden = !shown;
    document.body.classList.toggle("loaded", Boolean(shown));
    if (!shown) return;
    const { said, blob } = shown;
    result.replaceChildren();
    if (!said) {
      const box = make("section", { class: "verdict fails" }, make("h2", {}, w().unreadable), make("p", {}, w().unreadablemore));
      return result.append(box);
    }
    if (said.watermark) result.append(make("p", { class: "watermark" }, plain(said.watermark)));
    if (!said.title) return result.append(verdict(said));
    const kind = w().kinds[said.kind] ?? said.kind, tier = w().tiers[said.tier] ?? said.tier;
    const subtitle = make("p", { class: "subtitle" }, `${w().kind}: `, plain(kind), ` · ${w().tier}: `, plain(tier));
    result.append(make("h1", {}, plain(said.title)), subtitle, verdict(said), ...notices(said));
    result.append(...statement(said), ...about(said), ...exhibits(said));
    result.append(...files(said, blob), ...entries(said), ...rows(said));
  };

  const open = async (blob) => {
    const progress = $("progress");
    shown = null;
    draw();
    progress.hidden = false;
    progress.textContent = w().reading(size(0), size(blob.size));
    try {
      const tell = (done, total) => (progress.textContent = w().reading(size(done), size(total)));
      shown = { said: await dossier.verify(blob, $("key").value, tell), blob };
    } catch {
      shown = { said: null, blob };
    }
    progress.hidden = true;
    draw();
  };

  $("file").addEventListener("change", (event) => event.target.files[0] && open(event.target.files[0]));
  // Choosing the same file again, with another key, is a choice too.
  $("file").addEventListener("click", (event) => (event.target.value = ""));
  $("language").addEventListener("click", () => {
    language = language === "ar" ? "en" : "ar";
    draw();
  });
  for (const name of ["dragover", "dragleave", "drop"]) {
    document.addEventListener(name, (event) => {
      event.preventDefault();
      document.body.classList.toggle("over", name === "dragover");
      if (name === "drop" && event.dataTransfer.files[0]) open(event.dataTransfer.files[0]);
    });
  }
  draw();
};
if (typeof document !== "undefined") page();
