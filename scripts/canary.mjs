// Looks for words that must not be there, in every byte of folders and files: in clear, and as base64 writes them.
//
//   node scripts/canary.mjs --material DIR [--also WORD] PATH…
//
// The words are what the accounts under DIR keep: every identity, and what each person told, sentence by sentence. DIR itself
// must hold them, or the search is blind and says so. Compressed streams are opened where they are zlib's (PDF). Exit status 0:
// nothing found; 1: something, or a blind search.
import { readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { inflateSync } from "node:zlib";

/** Shorter than this, a word may be anywhere by chance. */
const SHORTEST = 8;

const given = process.argv.slice(2);
const take = (name) => {
  const at = given.indexOf(name);
  return at < 0 ? undefined : given.splice(at, 2)[1];
};
const material = take("--material");
const also = take("--also");
const paths = given;
if (!material || paths.length === 0) {
  console.error("canary: say --material DIR and where to look");
  process.exit(2);
}

/** Every file below a path, or the path itself. */
function files(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) => {
    if (entry.isSymbolicLink()) return [];
    return entry.isDirectory() ? files(join(path, entry.name)) : entry.isFile() ? [join(path, entry.name)] : [];
  });
}

/** What an account file keeps: values under [identity], and the sentences of the text. */
function kept(toml) {
  const identity = /\[identity\]([\s\S]*?)(?=\n\[|$)/.exec(toml)?.[1] ?? "";
  const values = [...identity.matchAll(/=\s*"((?:[^"\\]|\\.)*)"/g)].map((m) => m[1]);
  const told = /\btext\s*=\s*"""([\s\S]*?)"""/.exec(toml)?.[1] ?? /\btext\s*=\s*"((?:[^"\\]|\\.)*)"/.exec(toml)?.[1] ?? "";
  const sentences = told.split(/[.!?؟\n]/).map((sentence) => sentence.trim()).filter((sentence) => sentence.length >= 25);
  return [...values, ...sentences];
}

/** A word as it may lie in bytes: itself, escaped as JSON does, and in base64 at each of three places. */
function spellings(word) {
  const raw = Buffer.from(word);
  const escaped = Buffer.from(JSON.stringify(word).slice(1, -1).replace(/[\u0080-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`));
  const coded = [raw, escaped].flatMap((bytes) =>
    [0, 1, 2].flatMap((before) => {
      const text = Buffer.concat([Buffer.alloc(before), bytes]).toString("base64");
      // The first and last characters depend on the neighbours.
      const middle = text.slice(before === 0 ? 0 : 4, text.length - 4);
      return middle.length < SHORTEST ? [] : [middle, middle.replaceAll("+", "-").replaceAll("/", "_")];
    }),
  );
  return [...new Map([raw, escaped, ...coded.map((text) => Buffer.from(text))].map((b) => [b.toString("latin1"), b])).values()];
}

/** The bytes of a file, and of the zlib streams in it. */
function* contents(path) {
  const bytes = readFileSync(path);
  yield bytes;
  if (!path.endsWith(".pdf")) return;
  for (let at = bytes.indexOf("stream\n"); at >= 0; at = bytes.indexOf("stream\n", at + 7)) {
    try {
      yield inflateSync(bytes.subarray(at + 7));
    } catch {
      // No zlib stream.
    }
  }
}

const accounts = files(material).filter((path) => path.endsWith(".account.toml"));
const words = new Map();
for (const path of accounts) for (const word of kept(readFileSync(path, "utf8"))) if (word.length >= SHORTEST) words.set(word, path);
if (also) words.set(also, "the command line");

const seen = Buffer.concat(accounts.map((path) => readFileSync(path)));
const blind = [...words.keys()].filter((word) => word !== also && !seen.includes(word));
const coded = Buffer.from(Buffer.from(`ab${[...words.keys()][0]}cd`).toString("base64"));
let bad = words.size < 10 || blind.length > 0 || !spellings([...words.keys()][0]).some((spelling) => coded.includes(spelling));
if (bad) console.log(`canary: the search is blind: ${words.size} words, ${blind.length} of them not in the material`);

let looked = 0;
for (const path of paths.flatMap(files)) {
  for (const bytes of contents(path)) {
    looked += bytes.length;
    for (const [word, from] of words) {
      if (spellings(word).some((spelling) => bytes.includes(spelling))) {
        // The word itself is not repeated: this may be run on real material.
        console.log(`canary: a word kept in ${from} (${word.length} characters) is in ${path}`);
        bad = true;
      }
    }
  }
}
console.log(`canary: ${words.size} words that must not be there, looked for in ${looked} bytes of ${paths.length} places`);
process.exitCode = bad ? 1 : 0;
