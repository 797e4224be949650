import { randomBytes } from "node:crypto";
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";

export type Secrets = { AUTH_SECRET: string; MASTER_KEYS: string };

/** Secrets made at the first demo start and kept beside the data, readable by the owner only. */
export async function demoSecrets(directory: string): Promise<Secrets> {
  const file = join(resolve(directory), "secrets.json");
  const kept = await readFile(file, "utf8").catch(() => null);
  if (kept !== null) return JSON.parse(kept) as Secrets;
  await mkdir(resolve(directory), { recursive: true });
  const made: Secrets = {
    AUTH_SECRET: randomBytes(48).toString("base64"),
    MASTER_KEYS: `1:${randomBytes(32).toString("base64")}`,
  };
  await writeFile(file, JSON.stringify(made, null, 2), { mode: 0o600 });
  await chmod(file, 0o600);
  return made;
}
