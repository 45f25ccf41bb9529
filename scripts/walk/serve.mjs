// Arguments, the browser, and the served archive.
import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** What `lock` may take. */
const LOCK_MS = 2_000;
const START_MS = 60_000;

/** The named options of the command line, each of which must be there. */
export function options(names) {
  const given = {};
  for (let at = 2; at + 1 < process.argv.length; at += 2) given[process.argv[at].replace(/^--/, "")] = process.argv[at + 1];
  for (const name of names) {
    if (!given[name]) {
      console.error(`walk: say --${name}`);
      process.exit(2);
    }
  }
  return given;
}

/** A Chromium of this machine; nothing is downloaded. */
export function browserPath() {
  const path = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);
  if (!path) {
    console.error("walk: no chromium here; install it with: sudo apt-get install chromium");
    process.exit(2);
  }
  return path;
}

/** Serves an archive until it is stopped; its link and origin. */
export async function serve(program, archive) {
  const child = spawn(program, ["serve", archive, "--addr", "127.0.0.1:0"], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "exit");
  const lines = createInterface({ input: child.stdout });
  const link = await new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error("serve did not say its address within a minute")), START_MS);
    lines.on("line", (line) => {
      const found = /^pages: (http:\/\/\S+)$/.exec(line);
      if (found) {
        clearTimeout(late);
        resolve(found[1]);
      }
    });
    child.on("exit", (code) => reject(new Error(`serve ended with status ${code} before it said its address`)));
  });
  return {
    link,
    origin: new URL(link).origin,
    stop: () => child.kill("SIGKILL"),
    /** `witnessmark lock` makes a serving process end, and soon. */
    lock: async (complain) => {
      const began = Date.now();
      const locked = spawnSync(program, ["lock", archive], { encoding: "utf8" });
      if (locked.status !== 0) complain("lock", `exit status ${locked.status}: ${locked.stderr.trim()}`);
      const late = new Promise((resolve) => setTimeout(() => resolve("late"), 5 * LOCK_MS));
      if ((await Promise.race([ended, late])) === "late") complain("lock", "the serving process goes on");
      const took = Date.now() - began;
      console.log(`locked; the serving process ended after ${took} ms`);
      if (took > LOCK_MS) complain("lock", `took ${took} ms`);
    },
  };
}
