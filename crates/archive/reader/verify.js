// Checking a dossier: a mirror of crates/archive/src/bundle/verify.rs. Reads a zip (a Blob), reaches nothing else, and
// answers with what the dossier says of itself and what does not hold, as codes that words.js puts into words.
"use strict";
const dossier = (() => {
  const { base64, base64url, hex, joined, same, sha256, text, unbase64, unbase64url, unhex, utf8 } = bytes;
  const MOST_JSON = 64 << 20, MOST_FINDINGS = 200;
  const OUTSIDE = ["manifest.json", "SHA256SUMS", "issued.json", "checkpoint"];
  const OURS = [...OUTSIDE, "dossier.json", "README.txt", "index.html"];
  const FOLDERS = ["entries/", "proofs/", "rows/"];
  const isOutside = (name) => OUTSIDE.includes(name) || name.startsWith("proofs/");
  const ENDINGS = {
    "image/jpeg": "jpg", "image/png": "png", "image/tiff": "tif", "image/gif": "gif", "image/webp": "webp", "image/heic": "heic",
    "video/mp4": "mp4", "video/quicktime": "mov", "video/webm": "webm", "audio/mpeg": "mp3", "audio/ogg": "ogg", "audio/wav": "wav",
    "application/pdf": "pdf", "text/csv": "csv", "text/plain": "txt", "text/html": "html.txt", "application/xhtml+xml": "html.txt",
    "image/svg+xml": "svg.txt", "application/xml": "xml.txt", "application/json": "json",
  };
  const exhibitName = (number, type) =>
    `exhibits/${String(number).padStart(3, "0")}.${Object.hasOwn(ENDINGS, type) ? ENDINGS[type] : "bin"}`;
  const isOurs = (name) => OURS.includes(name) || FOLDERS.some((folder) => name.startsWith(folder));

  // What is wrong with one file; caught where that file's finding is written down.
  class Fault extends Error {
    constructor(code, detail) {
      super(code);
      Object.assign(this, { code, detail });
    }
  }
  const must = (holds, code, detail) => {
    if (!holds) throw new Fault(code, detail);
  };

  // ---- JSON with one spelling: read, put in order, written again, compared.
  const isText = (v) => typeof v === "string";
  const isCount = (v) => Number.isSafeInteger(v) && v >= 0;
  const list = (of) => (v) => Array.isArray(v) && v.every(of);
  const object = (shape) => (v) => {
    if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
    const wanted = Object.keys(shape).filter((key) => !shape[key].optional || key in v);
    const found = Object.keys(v);
    return found.length === wanted.length && wanted.every((key, i) => key === found[i] && shape[key].is(v[key]));
  };
  const some = (is) => ({ is });
  const maybe = (is) => ({ is, optional: true });
  const NOTE = object({ en: some(isText), ar: maybe(isText) });
  const EXHIBIT = object({
    number: some(isCount), media_type: some(isText), file: maybe(isText), entry: maybe(isCount), since: maybe(isText),
    custody: some(NOTE), withheld: maybe(NOTE), cited_by: some(list(isText)),
  });
  const SHAPES = {
    manifest: object({
      files: some(list(object({ name: some(isText), length: some(isCount), sha256: some(isText) }))),
    }),
    statement: object({
      format: some((v) => v === "witnessmark.dossier/v1"), title: some(isText), kind: some(isText), tier: some(isText),
      origin: some(isText), vkey: some(isText), watermark: maybe(isText),
      notes: some(list(NOTE)),
      withheld: some(object({
        consent: some(isCount), safety: some(isCount), privilege: some(isCount), opposing: some(isCount),
        fields: some(isCount), rows: some(isCount),
      })),
      sentences: some(isCount), entries: some(list(isCount)), rows: some(list(isText)),
      exhibits: maybe((v) => v.length > 0 && list(EXHIBIT)(v)),
    }),
    entry: object({
      index: some(isCount), leaf: some(isText), key: some(isText), signature: some(isText),
      disclosures: some(list(isText)),
    }),
    row: object({
      pack: some(isText), row: some(isCount), rows: some(isCount), root: some(isText), observed: some(isCount),
      line: some(isText), path: some(list(isText)),
    }),
  };
  const spelt = (data, shape) => {
    const said = text(data);
    const read = JSON.parse(said);
    must(SHAPES[shape](read) && `${JSON.stringify(read, null, 2)}\n` === said, "spelling");
    return read;
  };
  // JSON values compared, whatever the order of their keys.
  const equal = (a, b) => {
    const sorted = (v) =>
      v && typeof v === "object" && !Array.isArray(v)
        ? Object.fromEntries(Object.keys(v).sort().map((key) => [key, sorted(v[key])]))
        : Array.isArray(v) ? v.map(sorted) : v;
    return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
  };

  // ---- The tree (RFC 6962 §2.1, checked as in RFC 9162 §2.1.3.2).
  const leafHash = (data) => sha256(joined(Uint8Array.of(0), data));
  const nodeHash = (left, right) => sha256(joined(Uint8Array.of(1), left, right));
  const inclusion = async (leaf, index, size, path, root) => {
    must(index < size, "proof");
    let f = index, l = size - 1, hash = leaf;
    const half = (n) => Math.floor(n / 2);
    for (const next of path) {
      must(l > 0 && next.length === 32, "proof");
      if (f % 2 || f === l) {
        hash = await nodeHash(next, hash);
        while (f % 2 === 0 && f !== 0) [f, l] = [half(f), half(l)];
      } else {
        hash = await nodeHash(hash, next);
      }
      [f, l] = [half(f), half(l)];
    }
    must(l === 0 && same(hash, root), "proof");
  };

  // ---- Signatures. A browser without Ed25519 says so, and the page passes it on.
  const ed25519 = async (key, message, signature) => {
    const subtle = globalThis.crypto?.subtle;
    if (!subtle) return null;
    let known;
    try {
      known = await subtle.importKey("raw", key, { name: "Ed25519" }, false, ["verify"]);
    } catch (error) {
      return error.name === "NotSupportedError" || error.name === "SyntaxError" ? null : false;
    }
    return subtle.verify({ name: "Ed25519" }, known, signature, message);
  };

  const verifierKey = async (vkey) => {
    const [, name, id, key] = /^([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(vkey) ?? [];
    must(name, "key");
    const typed = unbase64(key);
    const hash = await sha256(joined(utf8(name), utf8("\n"), typed));
    must(typed.length === 33 && typed[0] === 1 && hex(hash.subarray(0, 4)) === id, "key");
    return { name, id, public: typed.subarray(1) };
  };

  const number = (digits) => {
    must(/^(0|[1-9][0-9]*)$/.test(digits) && Number.isSafeInteger(Number(digits)), "note");
    return Number(digits);
  };

  // The signed note of a checkpoint: size, root, signature lines.
  const parseNote = (data) => {
    const note = text(data);
    const at = note.lastIndexOf("\n\n");
    must(at >= 0 && note.endsWith("\n") && !/[\0-\x09\x0b-\x1f]/.test(note), "note");
    const signed = note.slice(0, at + 1);
    const [origin, size, root, ...more] = signed.slice(0, -1).split("\n");
    must(origin && root && more.length === 0, "note");
    const signatures = note.slice(at + 2, -1).split("\n").map((line) => {
      const [, name, spelt] = /^\u2014 ([^\s+]+) ([A-Za-z0-9+/=]+)$/.exec(line) ?? [];
      must(name, "note");
      const raw = unbase64(spelt);
      must(raw.length > 4, "note");
      return { name, id: hex(raw.subarray(0, 4)), bytes: raw.subarray(4) };
    });
    const rootHash = unbase64(root);
    must(rootHash.length === 32, "note");
    return { signed, origin, size: number(size), root: rootHash, signatures };
  };

  const parseProof = (data) => {
    const lines = text(data).split("\n");
    const blank = lines.indexOf("");
    must(lines[0] === "c2sp.org/tlog-proof@v1" && blank >= 2 && blank <= 65, "note");
    const [, index] = /^index (.*)$/.exec(lines[1]) ?? [];
    must(index, "note");
    return {
      index: number(index),
      path: lines.slice(2, blank).map(unbase64),
      checkpoint: lines.slice(blank + 1).join("\n"),
    };
  };

  // ---- Entries.
  const HEADER = "witnessmark.entry/v1";
  const readEntry = async (file) => {
    const lines = file.leaf.split("\n");
    must(lines.pop() === "" && lines[0] === HEADER && lines[1], "leaf");
    const digests = lines.slice(2);
    must(digests.length >= 1 && digests.length <= 64, "leaf");
    must(digests.every((d, i) => (i === 0 || digests[i - 1] < d) && unbase64url(d).length === 32), "leaf");
    const fields = new Map();
    for (const disclosure of file.disclosures) {
      must(digests.includes(base64url(await sha256(utf8(disclosure)))), "disclosure");
      const [salt, name, value, ...more] = JSON.parse(text(unbase64url(disclosure)));
      must(isText(salt) && isText(name) && value !== undefined && !more.length, "disclosure");
      must(unbase64url(salt).length >= 16 && !fields.has(name), "disclosure");
      fields.set(name, value);
    }
    return { index: file.index, key: file.key, origin: lines[1], fields, withheld: digests.length - fields.size };
  };

  const checkEntry = async (file, origin, members, signatures) => {
    const entry = await readEntry(file);
    const field = (name) => entry.fields.get(name);
    must(entry.origin === origin, "ledger");
    must(/^[0-9a-f]{16}$/.test(file.key) && field("signer") === file.key, "signer");
    const learnt = await learn(field);
    if (learnt && learnt.member === file.key && file.index === 0) members.set(learnt.member, learnt);
    const known = members.get(file.key);
    must(known, "unknown");
    must(!known.revoked, "revoked");
    const raw = unbase64url(file.signature);
    must(raw.length === 64, "signature");
    const holds = await ed25519(known.public, utf8(file.leaf), raw);
    signatures.add(holds);
    must(holds !== false, "signature");
    if (learnt) members.set(learnt.member, learnt);
    return Object.assign(entry, { demonstration: known.demonstration, observed: observed(field) });
  };

  const learn = async (field) => {
    if (field("kind") !== "keyed") return null;
    const [member, key, revoked, demonstration] = ["member", "public_key", "revoked", "demonstration"].map(field);
    must(isText(member) && isText(key) && typeof revoked === "boolean" && typeof demonstration === "boolean", "keyed");
    const known = { member, public: unbase64url(key), revoked, demonstration };
    must(known.public.length === 32 && hex(await sha256(known.public)).slice(0, 16) === member, "keyed");
    return known;
  };

  const observed = (field) =>
    field("kind") === "observed" && isText(field("pack")) && isText(field("root")) && isCount(field("rows"))
      ? { pack: field("pack"), root: field("root"), rows: field("rows") }
      : null;

  // ---- The whole.
  class Check {
    constructor(blob, progress) {
      this.blob = blob;
      this.progress = progress;
      this.sums = new Map();
      this.files = new Map();
      this.signatures = new Set();
      this.said = {
        findings: [], files: [], entries: [], rows: [], notes: [], exhibits: [], authorship: false, demonstration: false,
        countersignatures: 0, counts: { files: 0, bytes: 0, entries: 0, rows: 0, originals: 0, fields_shown: 0, fields_withheld: 0, exhibits: 0, exhibits_withheld: 0 },
      };
    }
    find(at, code, detail) {
      if (this.said.findings.length < MOST_FINDINGS) this.said.findings.push({ at, code, detail });
    }
    // Runs a check of one file and writes down what is wrong with it.
    async of(name, run) {
      try {
        return await run();
      } catch (error) {
        if (error instanceof bytes.Unreadable) throw error;
        this.find(name, error.code ?? "unreadable", error.detail);
        return undefined;
      }
    }
    async bytes(name) {
      const file = this.files.get(name);
      must(file, "missing");
      must(file.length <= MOST_JSON, "long");
      return bytes.read(this.blob, file.data, file.length);
    }
    spelt(name, shape) {
      return this.of(name, async () => spelt(await this.bytes(name), shape));
    }

    async takeSums(files) {
      const total = files.reduce((n, file) => n + file.length, 0);
      let done = 0;
      for (const file of files) {
        this.files.set(file.name, file);
        const sum = await bytes.sums(this.blob, file, (n) => this.progress((done += n), total));
        file.crcHolds = sum.crc === file.crc;
        this.sums.set(file.name, { name: file.name, length: file.length, sha256: sum.sha256 });
        this.said.counts.files += 1;
        this.said.counts.bytes += file.length;
      }
    }

    async manifest(manifest) {
      const listed = new Map(manifest.files.map((file) => [file.name, file]));
      if (listed.size !== manifest.files.length) this.find("manifest.json", "order");
      for (const file of manifest.files) {
        if (isOutside(file.name)) this.find(file.name, "vouches");
        else if (!this.sums.has(file.name)) this.find(file.name, "gone");
        else if (!equal(this.sums.get(file.name), file)) this.find(file.name, "changed");
      }
      for (const name of this.sums.keys()) if (!isOutside(name) && !listed.has(name)) this.find(name, "added");
      for (const name of ["dossier.json", "README.txt", "index.html"]) if (!listed.has(name)) this.find(name, "unlisted");
      const lines = manifest.files.map((file) => `${file.sha256}  ${file.name}\n`).join("");
      await this.of("SHA256SUMS", async () => must(same(await this.bytes("SHA256SUMS"), utf8(lines)), "sums"));
    }

    async checkpoint(statement, given) {
      const own = await this.of("dossier.json", async () => {
        const own = await verifierKey(statement.vkey);
        must(own.name === statement.origin, "key");
        return own;
      });
      if (!own) return null;
      this.said.fingerprint = hex(await sha256(utf8(statement.vkey)));
      if (given && given !== statement.vkey) this.find("dossier.json", "otherledger");
      return this.of("checkpoint", async () => {
        const data = await this.bytes("checkpoint");
        const note = parseNote(data);
        must(note.origin === own.name, "ledger");
        const by = note.signatures.filter((s) => s.name === own.name && s.id === own.id);
        must(by.length === 1 && by[0].bytes.length === 64, "checkpoint");
        const holds = await ed25519(own.public, utf8(note.signed), by[0].bytes);
        this.signatures.add(holds);
        must(holds !== false, "checkpoint");
        this.said.size = note.size;
        this.said.countersignatures = note.signatures.length - 1;
        this.said.authorship = holds === true && given === statement.vkey;
        return { ...note, text: text(data) };
      });
    }

    async proof(file, signed) {
      const name = `proofs/${file.index}.tlog-proof`;
      await this.of(name, async () => {
        const proof = parseProof(await this.bytes(name));
        must(proof.index === file.index && proof.checkpoint === signed.text, "otherproof");
        const spelt = `c2sp.org/tlog-proof@v1\nindex ${proof.index}\n${proof.path.map((h) => `${base64(h)}\n`).join("")}\n`;
        must(`${spelt}${proof.checkpoint}` === text(await this.bytes(name)), "spelling");
        await inclusion(await leafHash(utf8(file.leaf)), file.index, signed.size, proof.path, signed.root);
      });
    }

    async entries(statement, issued, signed) {
      const members = new Map();
      const ascending = statement.entries.every((index, i) => i === 0 || statement.entries[i - 1] < index);
      if (!ascending) this.find("dossier.json", "order");
      const originals = new Set([...this.sums.values()].filter((s) => !isOurs(s.name)).map((s) => s.sha256));
      const all = [...new Set(statement.entries)].map((index) => [index, `entries/${index}.json`]);
      if (issued) all.push([issued.index, "issued.json"]);
      for (const [index, name] of all) {
        const file = name === "issued.json" ? issued : await this.spelt(name, "entry");
        if (!file) continue;
        this.said.counts.entries += 1;
        const entry = await this.of(name, async () => {
          must(file.index === index, "otherentry");
          return checkEntry(file, statement.origin, members, this.signatures);
        });
        if (entry) {
          this.said.entries.push(entry);
          this.said.demonstration ||= entry.demonstration;
          this.said.counts.fields_shown += entry.fields.size;
          this.said.counts.fields_withheld += entry.withheld;
          const { kind, item } = Object.fromEntries(entry.fields);
          if (kind === "collected" && originals.has(item)) this.said.counts.originals += 1;
        }
        await this.proof(file, signed);
      }
    }

    async issued(file, manifest, statement) {
      const { fields, withheld } = await readEntry(file);
      const digest = this.sums.get("manifest.json").sha256;
      const said = (name) => fields.get(name);
      const holds = {
        kind: said("kind") === "issued",
        manifest_digest: said("manifest_digest") === digest,
        manifest: equal(said("manifest"), manifest) || equal(said("manifest"), { sha256: digest }),
        title: said("title") === statement.title,
        form: said("form") === statement.kind,
        tier: said("tier") === statement.tier,
        sentences: said("sentences") === statement.sentences,
        size: isCount(said("size")) && said("size") <= file.index && statement.entries.every((i) => i < said("size")),
        time: isText(said("time")),
      };
      for (const name of Object.keys(holds)) if (!holds[name]) this.find("issued.json", "notissued", name);
      if (withheld) this.find("issued.json", "withheld");
      Object.assign(this.said, { entry: file.index, issued_at: said("time"), issued_by: file.key });
    }

    async rows(statement) {
      const committed = new Map(this.said.entries.filter((e) => e.observed).map((e) => [e.index, e.observed]));
      if (new Set(statement.rows).size !== statement.rows.length) this.find("dossier.json", "order");
      for (const at of new Set(statement.rows)) {
        const name = `rows/${at.replace("#", "-")}.json`;
        const row = await this.spelt(name, "row");
        if (!row) continue;
        this.said.counts.rows += 1;
        await this.of(name, async () => {
          must(`${row.pack}#${row.row}` === at && /^[0-9a-f]{64}#\d+$/.test(at), "otherrow");
          const by = committed.get(row.observed);
          must(by && by.pack === row.pack && by.root === row.root && by.rows === row.rows, "uncommitted");
          await inclusion(await leafHash(utf8(row.line)), row.row, row.rows, row.path.map(unhex), unhex(row.root));
          this.said.rows.push(row);
        });
      }
    }

    // Each exhibit is what its entry says came in.
    exhibits(statement) {
      const list = statement.exhibits ?? [];
      const shown = new Map(this.said.entries.map((entry) => [entry.index, entry.fields]));
      const seen = new Set();
      list.forEach((exhibit, i) => {
        const { number, file, entry, since, withheld, media_type } = exhibit;
        this.said.counts[file === undefined ? "exhibits_withheld" : "exhibits"] += 1;
        if (i > 0 && list[i - 1].number >= number) this.find("dossier.json", "exhibitorder");
        const given = [file, entry, since].filter((v) => v !== undefined).length;
        if (given === 0 && withheld) return;
        if (given !== 3 || withheld) return this.find(file ?? "dossier.json", "exhibitstate");
        const sum = this.sums.get(file);
        const fields = shown.get(entry);
        const said = (name) => fields?.get(name);
        if (file !== exhibitName(number, media_type) || seen.has(file)) this.find(file, "exhibitname");
        else if (!sum) this.find(file, "gone");
        else if (said("kind") !== "collected" || !isText(said("item"))) this.find(file, "exhibitentry");
        else if (said("item") !== sum.sha256 || (isCount(said("size")) && said("size") !== sum.length)) this.find(file, "exhibitbytes");
        else if (!isText(said("time")) || said("time").slice(0, 10) !== since) this.find(file, "exhibitday");
        seen.add(file);
      });
      this.said.exhibits = list;
    }

    strangers(statement, issued) {
      const indexes = [...statement.entries, ...(issued ? [issued.index] : [])];
      const named = new Set([
        ...statement.entries.map((index) => `entries/${index}.json`),
        ...indexes.map((index) => `proofs/${index}.tlog-proof`),
        ...statement.rows.map((row) => `rows/${row.replace("#", "-")}.json`),
      ]);
      for (const name of this.sums.keys()) {
        if (FOLDERS.some((folder) => name.startsWith(folder)) && !named.has(name)) this.find(name, "added");
      }
    }

    async everything(given) {
      const manifest = await this.spelt("manifest.json", "manifest");
      if (manifest) await this.manifest(manifest);
      const statement = await this.spelt("dossier.json", "statement");
      if (!statement) return;
      const { title, kind, tier, origin, vkey, watermark, notes, withheld, sentences } = statement;
      Object.assign(this.said, { title, kind, tier, origin, vkey, watermark, notes, withheld, sentences });
      const signed = await this.checkpoint(statement, given);
      if (!signed) return;
      const issued = await this.spelt("issued.json", "entry");
      await this.entries(statement, issued, signed);
      if (manifest && issued) await this.of("issued.json", () => this.issued(issued, manifest, statement));
      await this.rows(statement);
      this.exhibits(statement);
      this.strangers(statement, issued);
    }

    listFiles() {
      // A file whose SHA-256 has told already need not be named twice.
      const named = new Set(this.said.findings.map((finding) => finding.at));
      for (const file of this.files.values()) if (!file.crcHolds && !named.has(file.name)) this.find(file.name, "crc");
      const wrong = new Set(this.said.findings.map((finding) => finding.at));
      for (const [name, sum] of this.sums) {
        this.said.files.push({ ...sum, ours: isOurs(name), holds: !wrong.has(name), data: this.files.get(name).data });
      }
    }
  }

  // Checks a dossier. `given`: the ledger's key from elsewhere, or nothing. Throws `bytes.Unreadable` for what is no dossier.
  const verify = async (blob, given = "", progress = () => {}) => {
    const check = new Check(blob, progress);
    let files;
    try {
      files = await bytes.open(blob, (name, code) => check.find(name, code));
    } catch {
      throw new bytes.Unreadable();
    }
    const names = new Set((files ?? []).map((file) => file.name));
    if (files && !["dossier.json", "manifest.json", "issued.json"].some((name) => names.has(name))) throw new bytes.Unreadable();
    if (files) {
      await check.takeSums(files);
      await check.everything(given.trim());
      check.listFiles();
    }
    const { said, signatures } = check;
    said.signatures = signatures.has(false) ? "failed" : signatures.has(null) || !signatures.size ? "unchecked" : "checked";
    said.holds = said.findings.length === 0;
    return said;
  };

  return { verify };
})();
