import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import { freePort } from "@/lib/process/ports";
import { readRunFile } from "@/lib/process/run-file";
import { start } from "@/test/process/start";

/** Another start of this product on the same machine: its own folder, port, databases, worker and keys. */
export type Instance = {
  origin: string;
  sql: postgres.Sql;
  platform: postgres.Sql;
  /** Kills one of its processes as a machine would; another takes its place. */
  kill: (what: RegExp) => void;
  stop: () => Promise<void>;
};

/** @param env further variables of its environment */
export async function secondInstance(env: Record<string, string> = {}): Promise<Instance> {
  const directory = mkdtempSync(join(tmpdir(), "tc-second-"));
  chmodSync(directory, 0o755);
  const port = await freePort();
  const started = start({
    env: {
      ...{ PORT: String(port), DATA_DIR: directory, TRUST_CENTER_MODE: "test" },
      // What a killed worker held is another's as soon as may be configured, so that nobody waits for it here.
      JOB_HEARTBEAT_SECONDS: "10",
      ...env,
    },
  });
  await started.until(/Stop +Ctrl-C/, 120_000);
  const run = await readRunFile(directory);
  if (!run) throw new Error("the second instance left no run file");
  const open = (name: string) => postgres(String(run.env[name]), { max: 2, onnotice: () => {} });
  const [sql, platform] = [open("DATABASE_URL"), open("PLATFORM_DATABASE_URL")];
  return {
    origin: run.origin,
    sql,
    platform,
    kill: (what) => process.kill(pidOf(directory, what), "SIGKILL"),
    stop: async () => {
      await Promise.all([sql.end({ timeout: 1 }), platform.end({ timeout: 1 })]);
      started.child.kill("SIGTERM");
      await started.ended;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** The process of this very start, told by its folder, that looks so. */
function pidOf(directory: string, what: RegExp): number {
  const found = execFileSync("ps", ["-eo", "pid=,args="], { encoding: "utf8" })
    .split("\n")
    .map((line) => /^\s*(\d+) (.*)$/.exec(line))
    .filter((line) => line !== null && what.test(String(line[2])))
    .map((line) => Number(line?.[1]))
    .find((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, "latin1").includes(`DATA_DIR=${directory}`);
      } catch {
        return false;
      }
    });
  if (!found) throw new Error(`nothing of this start looks like ${what}`);
  return found;
}
