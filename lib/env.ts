import { z } from "zod";

/**
 * The only reader of `process.env`, but for what makes or hands it on (test/direction/environment.test.ts). Read lazily, so that `next build` needs no variable.
 *
 * `TRUST_CENTER_MODE` is `demo` (embedded Postgres, demo people, secrets made on the spot) or
 * `production` (the default as soon as `DATABASE_URL` is given), which refuses demo accounts and
 * missing keys (S10).
 */
const key32 = z.string().refine((value) => Buffer.from(value, "base64").length === 32, "is not 32 bytes in base64");

const masterKeys = z.string().transform((text, issue) => {
  const keys = new Map<number, Buffer>();
  for (const part of text.split(",")) {
    const [version, value] = part.trim().split(":");
    const parsed = key32.safeParse(value ?? "");
    if (!version || !/^[1-9]\d*$/.test(version) || !parsed.success) {
      issue.addIssue({ code: "custom", message: "must look like 1:<32 bytes in base64>, several joined by commas" });
      return z.NEVER;
    }
    keys.set(Number(version), Buffer.from(parsed.data, "base64"));
  }
  return keys;
});

const schema = z
  .object({
    TRUST_CENTER_MODE: z.enum(["demo", "production", "test"]).default("production"),
    DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
    /** Owner of the schema; only migrations use it. Falls back to DATABASE_URL. */
    MIGRATION_DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
    /** The platform being served, reached only through the data map. */
    PLATFORM_DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
    /** The public origin. Every link in a mail is built from it, never from a Host header (S25). */
    APP_URL: z.url().transform((value) => new URL(value).origin),
    AUTH_SECRET: z.string().min(32),
    /** `version:base64` pairs; the highest version encrypts, all decrypt (S32). */
    MASTER_KEYS: masterKeys,
    RESEND_API_KEY: z.string().min(1).optional(),
    RESEND_WEBHOOK_SECRET: z.string().startsWith("whsec_").optional(),
    /** With which the platform signs what it reports here (Standard Webhooks); without it every report is refused. */
    PLATFORM_WEBHOOK_SECRET: z.string().startsWith("whsec_").optional(),
    /** SHA-256 (lower-case hex) of each key with which the platform asks here, joined by commas; without it nobody may ask. */
    PLATFORM_API_KEY_HASHES: z
      .string()
      .transform((text) => text.split(",").map((hash) => hash.trim()))
      .pipe(z.array(z.string().regex(/^[0-9a-f]{64}$/, "must be SHA-256 hashes in lower-case hex, joined by commas")))
      .optional(),
    /** Only for tests and rehearsals against a local stand-in of the mail service. */
    RESEND_BASE_URL: z.url().optional(),
    /** Where packages lie, encrypted. */
    STORAGE_DIR: z.string().min(1),
    /** Where the list of erasures lies, outside of what a restore brings back; beside STORAGE_DIR when missing. */
    SUPPRESSION_DIR: z.string().min(1).optional(),
    /** Number of trusted reverse proxies in front; 0 ignores X-Forwarded-* (S5). */
    TRUSTED_PROXIES: z.coerce.number().int().min(0).max(5).default(0),
    /** Waiting time of S14 in the demo and in tests, where it is 0 otherwise; production has the configuration's. */
    FRESH_HOURS: z.coerce.number().int().min(0).max(720).optional(),
    LOG_LEVEL: z.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"]).default("info"),
  })
  .readonly();

export type Env = z.infer<typeof schema>;

const howTo: Partial<Record<keyof Env, string>> = {
  AUTH_SECRET: "Make one with: openssl rand -base64 48",
  MASTER_KEYS: 'Make one with: echo "1:$(openssl rand -base64 32)"',
  DATABASE_URL: "Leave it unset with `npm start` to use the embedded Postgres.",
  PLATFORM_DATABASE_URL: "A read-only connection to the platform that the data map describes.",
  PLATFORM_API_KEY_HASHES: 'Make a key and its hash with: key=$(openssl rand -hex 32); printf %s "$key" | sha256sum',
  RESEND_API_KEY: "Without it no mail leaves, and a notice would count as delivered that nobody got.",
  RESEND_WEBHOOK_SECRET: "Without it no bounce is learned of. It stands beside the webhook in Resend's dashboard.",
};

/** What the demo and the tests do without, but nobody who serves real people. */
const productionOnly = ["RESEND_API_KEY", "RESEND_WEBHOOK_SECRET"] as const;

/** Thrown at start with one line per wrong variable; never holds a value. */
export class EnvError extends Error {
  override name = "EnvError";
}

export function parseEnv(source: Record<string, string | undefined>): Env {
  const filled = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ""));
  const parsed = schema.safeParse(filled);
  const production = (filled.TRUST_CENTER_MODE ?? "production") === "production";
  const unset = production ? productionOnly.filter((name) => filled[name] === undefined) : [];
  if (parsed.success && unset.length === 0) return parsed.data;
  const wrong = (parsed.error?.issues ?? []).map((issue) => [String(issue.path[0]), issue.message] as const);
  const lines = [...wrong, ...unset.map((name) => [name, ""] as const)].map(([name, message]) => {
    const missing = filled[name] === undefined;
    return `${name} ${missing ? "is missing" : message}. ${howTo[name as keyof Env] ?? ""}`.trim();
  });
  throw new EnvError(`The configuration is not complete:\n  ${lines.join("\n  ")}`);
}

let cached: Env | undefined;

/** The validated environment. @throws EnvError naming every missing or malformed variable. */
export function env(): Env {
  cached ??= parseEnv(process.env);
  return cached;
}

/** Forget the cached environment; tests that set variables call this. */
export function resetEnv(): void {
  cached = undefined;
}

/**
 * Connection string of one system of the data map, by the variable that the map names.
 * @throws EnvError when it is not set
 */
export function systemUrl(variable: string): string {
  const value = process.env[variable];
  if (!value) throw new EnvError(`${variable} is missing. The data map names it as the connection of a system.`);
  return value;
}

/** Address or key of a provider, by the variable that trust-center.config.ts names; null while it is not set. */
export const providerSetting = (variable: string): string | null => process.env[variable] || null;

/** Which of our processes this is; set by the supervisor, never by a person. */
export function processName(): "web" | "worker" | "cli" {
  const name = process.env.TC_PROCESS;
  return name === "worker" || name === "web" ? name : "cli";
}

/**
 * Seconds after which a job whose worker has said nothing is another's: how long what a killed worker held lies still. Read apart from
 * the rest, since the migrations have no more than their connection; 10 is the least that pg-boss takes, 30 what stands when unset.
 */
export function jobHeartbeatSeconds(): number {
  const seconds = Number(process.env.JOB_HEARTBEAT_SECONDS || 30);
  if (!Number.isInteger(seconds) || seconds < 10 || seconds > 600)
    throw new EnvError("JOB_HEARTBEAT_SECONDS must be a whole number from 10 to 600.");
  return seconds;
}

/** Read apart from the rest, since the log must work when the rest is wrong. */
export function logLevel(): string {
  return process.env.LOG_LEVEL || "info";
}
