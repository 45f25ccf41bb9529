// Checks dossiers with the reader page's own script, outside a browser, and prints what it says, a line of JSON each:
//   node test.mjs [--key VKEY] DOSSIER.zip…
//   node test.mjs --flips STEP DOSSIER.zip     changes one bit at every STEPth byte, and names the bytes that pass
import { openAsBlob, readFileSync } from "node:fs";

const script = ["bytes.js", "verify.js"].map((name) => readFileSync(new URL(name, import.meta.url), "utf8")).join("");
const { bytes, dossier } = new Function(`${script}; return { bytes, dossier };`)();

const said = async (blob, key) => {
  try {
    const { findings, holds, ...rest } = await dossier.verify(blob, key);
    const names = ["title", "tier", "kind", "origin", "vkey", "fingerprint", "size", "entry", "issued_at", "issued_by",
      "demonstration", "countersignatures", "withheld", "notes", "counts", "signatures", "authorship"];
    const facts = Object.fromEntries(names.filter((name) => rest[name] !== undefined).map((name) => [name, rest[name]]));
    return { holds, ...facts, findings: findings.map(({ at, code, detail }) => ({ at, code, detail })) };
  } catch (error) {
    if (error instanceof bytes.Unreadable) return { unreadable: true };
    throw error;
  }
};

const flips = async (path, step) => {
  const data = new Uint8Array(readFileSync(path));
  const passed = [];
  for (let at = 0; at < data.length; at += step) {
    const bit = 1 << at % 8;
    data[at] ^= bit;
    if ((await said(new Blob([data]))).holds) passed.push(at);
    data[at] ^= bit;
  }
  return { bytes: data.length, step, passed };
};

const args = process.argv.slice(2);
if (args[0] === "--flips") {
  console.log(JSON.stringify(await flips(args[2], Number(args[1]))));
} else {
  const key = args[0] === "--key" ? args.splice(0, 2)[1] : "";
  for (const path of args) console.log(JSON.stringify(await said(await openAsBlob(path), key)));
}
