import { randomBytes } from "node:crypto";
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";

export type Secrets = {
  AUTH_SECRET: string;
  MASTER_KEYS: string;
  PLATFORM_WEBHOOK_SECRET: string;
  /** The key itself, for whoever tries the demo's API; the app is told its hash alone. */
  PLATFORM_API_KEY: string;
};

/** Secrets made at the first demo start and kept beside the data, readable by the owner only. */
export async function demoSecrets(directory: string): Promise<Secrets> {
  const file = join(resolve(directory), "secrets.json");
  const text = await readFile(file, "utf8").catch(() => null);
  const kept = text === null ? {} : (JSON.parse(text) as Partial<Secrets>);
  await mkdir(resolve(directory), { recursive: true });
  // A demo from before one of them was needed gets that one.
  const made: Secrets = {
    AUTH_SECRET: randomBytes(48).toString("base64"),
    MASTER_KEYS: `1:${randomBytes(32).toString("base64")}`,
    PLATFORM_WEBHOOK_SECRET: `whsec_${randomBytes(32).toString("base64")}`,
    PLATFORM_API_KEY: randomBytes(32).toString("hex"),
    ...kept,
  };
  if (Object.keys(kept).length === Object.keys(made).length) return made;
  await writeFile(file, JSON.stringify(made, null, 2), { mode: 0o600 });
  await chmod(file, 0o600);
  return made;
}
