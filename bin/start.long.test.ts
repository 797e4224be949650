import { spawnSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePort } from "@/lib/process/ports";
import { start } from "@/test/process/start";

const secrets = {
  AUTH_SECRET: "invented-invented-invented-invented-invented",
  MASTER_KEYS: `1:${Buffer.alloc(32, 1).toString("base64")}`,
  RESEND_API_KEY: "invented",
  RESEND_WEBHOOK_SECRET: "whsec_invented",
};
const nowhere = "postgres://someone:hunter22@127.0.0.1:9/trust_center";
let directory = "";

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "tc-start-"));
  await chmod(directory, 0o755);
});
afterAll(() => rm(directory, { recursive: true, force: true }));

/** Starts with these variables and expects it to refuse. @returns what it said, which is never a stack trace */
async function refusal(env: Record<string, string>): Promise<string> {
  const port = String(await freePort());
  const { ended, said } = start({ env: { PORT: port, DATA_DIR: join(directory, port), ...env } });
  expect(await ended).toBe(1);
  expect(said()).not.toMatch(/^\s+at /m);
  return said();
}

describe.concurrent("a start that cannot go on says what to do", () => {
  it("when the port is taken", async () => {
    const taken = createServer().listen(0);
    const { port } = taken.address() as { port: number };
    const said = await refusal({ PORT: String(port) });
    taken.close();
    expect(said).toContain(`Port ${port} is taken`);
    expect(said).toContain(`PORT=${port + 100} npm start`);
  });

  it("when the data directory is from another major version", async () => {
    const data = join(directory, "old");
    await mkdir(join(data, "postgres"), { recursive: true });
    await writeFile(join(data, "postgres", "PG_VERSION"), "16\n");
    expect(await refusal({ DATA_DIR: data })).toMatch(
      /written by Postgres 16; this is Postgres 18[\s\S]*Move that folder/,
    );
  });

  it("when DATABASE_URL cannot be reached, without its password", async () => {
    const said = await refusal({
      DATABASE_URL: nowhere,
      PLATFORM_DATABASE_URL: nowhere,
      APP_URL: "https://trust.example",
      STORAGE_DIR: directory,
      ...secrets,
    });
    expect(said).toContain("DATABASE_URL cannot be reached (127.0.0.1:9/trust_center): nothing listens there");
    expect(said).not.toContain("hunter22");
  });

  it("S10 in production without secrets, and how to make them", async () => {
    const said = await refusal({
      DATABASE_URL: nowhere,
      PLATFORM_DATABASE_URL: nowhere,
      APP_URL: "https://trust.example",
      STORAGE_DIR: directory,
    });
    expect(said).toContain("AUTH_SECRET is missing. Make one with: openssl rand -base64 48");
    expect(said).toContain('MASTER_KEYS is missing. Make one with: echo "1:$(openssl rand -base64 32)"');
    // Without a mail service a notice would count as delivered that nobody got.
    expect(said).toContain("RESEND_API_KEY is missing.");
    expect(said).toContain("RESEND_WEBHOOK_SECRET is missing.");
  });

  it("S10 in production without any database", async () => {
    expect(await refusal({ TRUST_CENTER_MODE: "production" })).toContain("DATABASE_URL is missing");
  });

  it.skipIf(!canMount())("R13 when the disk is full", async () => {
    const small = join(directory, "small");
    await mkdir(small);
    expect(spawnSync("mount", ["-t", "tmpfs", "-o", "size=12m,mode=755", "tmpfs", small]).status).toBe(0);
    try {
      expect(await refusal({ DATA_DIR: small })).toContain("The disk is full");
    } finally {
      spawnSync("umount", ["-l", small]);
    }
  });
});

function canMount(): boolean {
  return process.platform === "linux" && userInfo().uid === 0 && spawnSync("unshare", ["-m", "true"]).status === 0;
}
