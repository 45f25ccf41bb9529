// Bytes: digests, spellings, and the zip that a dossier is. Knows nothing of what the files mean. A mirror of
// crates/archive/src/bundle/container.rs: the frame is made anew from the directory and compared byte for byte.
"use strict";
const bytes = (() => {
  const CHUNK = 1 << 22;
  // Longer files are not taken into memory whole.
  const WHOLE = 1 << 27;

  // ---- SHA-256 (FIPS 180-4). WebCrypto wants a whole file in memory, so large ones are hashed here, a piece at a time.
  const constants = (root) => {
    const primes = [];
    for (let n = 2; primes.length < 64; n++) if (primes.every((p) => n % p)) primes.push(n);
    return Uint32Array.from(primes, (p) => ((root(p) % 1) * 0x1_0000_0000) | 0);
  };
  const K = constants(Math.cbrt);
  const H = constants(Math.sqrt).slice(0, 8);

  class Sha256 {
    constructor() {
      this.state = H.slice();
      this.rest = new Uint8Array(64);
      this.filled = 0;
      this.length = 0;
      this.words = new Int32Array(64);
    }
    update(data) {
      this.length += data.length;
      let at = 0;
      if (this.filled) {
        at = Math.min(64 - this.filled, data.length);
        this.rest.set(data.subarray(0, at), this.filled);
        this.filled += at;
        if (this.filled < 64) return this;
        this.compress(this.rest, 0);
      }
      for (; at + 64 <= data.length; at += 64) this.compress(data, at);
      this.rest.set(data.subarray(at));
      this.filled = data.length - at;
      return this;
    }
    compress(data, at) {
      const w = this.words, state = this.state;
      for (let i = 0; i < 16; i++, at += 4) {
        w[i] = (data[at] << 24) | (data[at + 1] << 16) | (data[at + 2] << 8) | data[at + 3];
      }
      for (let i = 16; i < 64; i++) {
        const x = w[i - 15], y = w[i - 2];
        const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
        const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
        w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0;
      }
      let a = state[0] | 0, b = state[1] | 0, c = state[2] | 0, d = state[3] | 0;
      let e = state[4] | 0, f = state[5] | 0, g = state[6] | 0, h = state[7] | 0;
      for (let i = 0; i < 64; i++) {
        const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
        const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0;
        const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
        const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
        h = g; g = f; f = e; e = (d + t1) | 0;
        d = c; c = b; b = a; a = (t1 + t2) | 0;
      }
      state[0] += a; state[1] += b; state[2] += c; state[3] += d;
      state[4] += e; state[5] += f; state[6] += g; state[7] += h;
    }
    digest() {
      const padding = new Uint8Array(((this.filled < 56 ? 56 : 120) - this.filled) + 8);
      padding[0] = 0x80;
      const bits = new DataView(padding.buffer, padding.length - 8);
      bits.setBigUint64(0, BigInt(this.length) * 8n);
      this.update(padding);
      const out = new DataView(new ArrayBuffer(32));
      this.state.forEach((v, i) => out.setUint32(i * 4, v));
      return new Uint8Array(out.buffer);
    }
  }

  const subtle = globalThis.crypto?.subtle;
  const sha256 = async (data) =>
    subtle ? new Uint8Array(await subtle.digest("SHA-256", data)) : new Sha256().update(data).digest();

  // ---- CRC-32 (APPNOTE 4.4.7)
  const CRC = Uint32Array.from({ length: 256 }, (_, n) => {
    for (let k = 0; k < 8; k++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
    return n;
  });
  const crc32 = (data, crc = 0) => {
    crc = ~crc;
    for (let i = 0; i < data.length; i++) crc = CRC[(crc ^ data[i]) & 0xff] ^ (crc >>> 8);
    return ~crc >>> 0;
  };

  // ---- Spellings: one for each value; anything else is refused.
  const encoder = new TextEncoder();
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const utf8 = (text) => encoder.encode(text);
  const text = (data) => decoder.decode(data);
  const hex = (data) => Array.from(data, (b) => b.toString(16).padStart(2, "0")).join("");
  const unhex = (digits) => {
    if (!/^([0-9a-f]{2})*$/.test(digits)) throw new Error("hex");
    return Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16));
  };
  const base64 = (data) => btoa(Array.from(data, (b) => String.fromCharCode(b)).join(""));
  const unbase64 = (spelt) => {
    const data = Uint8Array.from(atob(spelt), (c) => c.charCodeAt(0));
    if (base64(data) !== spelt) throw new Error("base64");
    return data;
  };
  const unbase64url = (spelt) => {
    if (!/^[A-Za-z0-9_-]*$/.test(spelt)) throw new Error("base64url");
    const padded = spelt.replaceAll("-", "+").replaceAll("_", "/") + "=".repeat((4 - (spelt.length % 4)) % 4);
    return unbase64(padded);
  };
  const base64url = (data) => base64(data).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  const same = (a, b) => a.length === b.length && a.every((byte, i) => byte === b[i]);
  const joined = (...parts) => {
    const all = new Uint8Array(parts.reduce((n, part) => n + part.length, 0));
    parts.reduce((at, part) => (all.set(part, at), at + part.length), 0);
    return all;
  };

  // ---- The zip. Constants and layout as in APPNOTE 4.3.
  const FULL_32 = 0xffffffff, FULL_16 = 0xffff;
  const MOST_FILES = 100_000, MOST_NAME = 200;

  const le = (...fields) => {
    const view = new DataView(new ArrayBuffer(fields.reduce((n, [size]) => n + size, 0)));
    let at = 0;
    for (const [size, value] of fields) {
      if (size === 2) view.setUint16(at, value, true);
      else if (size === 4) view.setUint32(at, Math.min(value, FULL_32), true);
      else view.setBigUint64(at, BigInt(value), true);
      at += size;
    }
    return new Uint8Array(view.buffer);
  };
  const isLarge = (file) => file.length >= FULL_32;
  const shared = (file, version) => [
    [2, version], [2, 0x0800], [2, 0], [2, 0], [2, 0x0021], [4, file.crc], [4, file.length], [4, file.length],
    [2, utf8(file.name).length],
  ];
  const localHeader = (file) => {
    const extra = isLarge(file) ? le([2, 1], [2, 16], [8, file.length], [8, file.length]) : new Uint8Array();
    const head = le([4, 0x04034b50], ...shared(file, isLarge(file) ? 45 : 20), [2, extra.length]);
    return joined(head, utf8(file.name), extra);
  };
  const centralHeader = (file) => {
    const large = [];
    if (isLarge(file)) large.push([8, file.length], [8, file.length]);
    if (file.start >= FULL_32) large.push([8, file.start]);
    const extra = large.length ? le([2, 1], [2, large.length * 8], ...large) : new Uint8Array();
    const version = large.length ? 45 : 20;
    const head = le(
      [4, 0x02014b50], [2, version], ...shared(file, version), [2, extra.length], [2, 0], [2, 0], [2, 0], [4, 0],
      [4, file.start],
    );
    return joined(head, utf8(file.name), extra);
  };
  const end = (count, size, offset) => {
    const is64 = count >= FULL_16 || size >= FULL_32 || offset >= FULL_32;
    const big = is64
      ? le([4, 0x06064b50], [8, 44], [2, 45], [2, 45], [4, 0], [4, 0], [8, count], [8, count], [8, size], [8, offset],
          [4, 0x07064b50], [4, 0], [8, offset + size], [4, 1])
      : new Uint8Array();
    const short = Math.min(count, FULL_16);
    return joined(big, le([4, 0x06054b50], [2, 0], [2, 0], [2, short], [2, short], [4, size], [4, offset], [2, 0]));
  };

  const nameFault = (name) => {
    const parts = name.split("/");
    const device = /^(con|prn|aux|nul|clock\$|com[0-9¹²³]|lpt[0-9¹²³])$/i;
    return (
      !name || utf8(name).length > MOST_NAME || name.normalize("NFC") !== name ||
      /[\p{Cc}\\:*?"<>|\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\u061c]/u.test(name) ||
      parts.some((part) => !part || /^ |[. ]$/.test(part) || device.test(part.split(".")[0].trimEnd()))
    );
  };

  const read = async (blob, from, length) => {
    if (from < 0 || from + length > blob.size) throw new Unreadable();
    return new Uint8Array(await blob.slice(from, from + length).arrayBuffer());
  };

  // What is no zip at all.
  class Unreadable extends Error {}

  const parseDirectory = (data, count, find) => {
    const view = new DataView(data.buffer, data.byteOffset, data.length);
    const files = [];
    let at = 0;
    for (let i = 0; i < count; i++) {
      if (at + 46 > data.length || view.getUint32(at, true) !== 0x02014b50) throw new Unreadable();
      const [n, extra, comment] = [28, 30, 32].map((offset) => view.getUint16(at + offset, true));
      const name = text(data.subarray(at + 46, at + 46 + n));
      let length = view.getUint32(at + 24, true);
      if (length === FULL_32) length = Number(view.getBigUint64(at + 46 + n + 4, true));
      if (view.getUint16(at + 10, true) !== 0) find(name, "compressed");
      files.push({ name, length, crc: view.getUint32(at + 16, true) });
      at += 46 + n + extra + comment;
    }
    return files;
  };

  // Opens a zip: its files, with what is wrong with its frame told to `find(name, code)`. Throws `Unreadable` for no zip.
  const open = async (blob, find) => {
    const last = Math.min(blob.size, 22 + 76 + FULL_16);
    const tail = await read(blob, blob.size - last, last);
    const view = new DataView(tail.buffer);
    let at = tail.length - 22;
    while (at >= 0 && view.getUint32(at, true) !== 0x06054b50) at--;
    if (at < 0) throw new Unreadable();
    if (at + 22 !== tail.length) return find("", "after"), null;
    let [count, size, offset] = [view.getUint16(at + 10, true), view.getUint32(at + 12, true), view.getUint32(at + 16, true)];
    let stop = blob.size - 22;
    if (at >= 76 && view.getUint32(at - 76, true) === 0x06064b50) {
      [count, size, offset] = [32, 40, 48].map((n) => Number(view.getBigUint64(at - 76 + n, true)));
      stop -= 76;
    }
    if (count > MOST_FILES || size > MOST_FILES * (46 + MOST_NAME + 32)) throw new Unreadable();
    if (offset + size !== stop) return find("", "before"), null;
    const files = parseDirectory(await read(blob, offset, size), count, find);
    return (await frame(blob, files, find)) ? files : null;
  };

  // Makes the frame anew and compares.
  const frame = async (blob, files, find) => {
    const below = (a, b) => {
      const [x, y] = [utf8(a), utf8(b)];
      for (let i = 0; i < Math.min(x.length, y.length); i++) if (x[i] !== y[i]) return x[i] < y[i];
      return x.length < y.length;
    };
    let at = 0, holds = true;
    const wrong = (name, code) => (find(name, code), (holds = false));
    files.forEach((file, i) => {
      if (i && !below(files[i - 1].name, file.name)) wrong(file.name, "order");
      if (nameFault(file.name)) wrong(file.name, "name");
      file.start = at;
      file.data = at + localHeader(file).length;
      at = file.data + file.length;
    });
    if (new Set(files.map((file) => file.name.toLowerCase())).size !== files.length) wrong("", "order");
    const directory = joined(...files.map(centralHeader));
    const rest = joined(directory, end(files.length, directory.length, at));
    if (at + rest.length !== blob.size) return wrong("", "between"), false;
    if (!same(await read(blob, at, rest.length), rest)) wrong("", "frame");
    for (const file of files) {
      const header = localHeader(file);
      if (!same(await read(blob, file.start, header.length), header)) wrong(file.name, "header");
    }
    return holds;
  };

  // SHA-256 and CRC-32 of a file in the zip, without having it in memory.
  const sums = async (blob, file, progress) => {
    if (file.length <= (subtle ? WHOLE : CHUNK)) {
      const data = await read(blob, file.data, file.length);
      progress(data.length);
      return { sha256: hex(await sha256(data)), crc: crc32(data) };
    }
    const sum = new Sha256();
    let crc = 0;
    for (let at = 0; at < file.length; at += CHUNK) {
      const data = await read(blob, file.data + at, Math.min(CHUNK, file.length - at));
      sum.update(data);
      crc = crc32(data, crc);
      progress(data.length);
    }
    return { sha256: hex(sum.digest()), crc };
  };

  return {
    Sha256, Unreadable, base64, base64url, crc32, hex, joined, nameFault, open, read, same, sha256, sums, text, unbase64,
    unbase64url, unhex, utf8,
  };
})();
