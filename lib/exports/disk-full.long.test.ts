import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, statfs, writeFile } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dropDatabase, testDatabase } from "@/test/database";
import { platformDatabase } from "@/test/demo-platform";
import { holderCtx, makePerson } from "@/test/people";
import { readZip } from "@/test/read-zip";
import { submitDataRequest } from "../cases/submit-data-request";
import { systemCtx } from "../context";
import { findPlatformPerson } from "../data-map/find-platform-person";
import { resetEnv } from "../env";
import { checkReady } from "../health/check-ready";
import { newId } from "../ids";
import { startWorker } from "../jobs/worker";
import { openDownload } from "./open-download";
import { packageDetail } from "./queries";
import { writePackage } from "./write-package";

const canMount =
  process.platform === "linux" && userInfo().uid === 0 && spawnSync("unshare", ["-m", "true"]).status === 0;

// A file system of its own that is really full; where none can be mounted, write-package.long.test.ts has the injected fault.
describe.skipIf(!canMount)("R13: a disk that is really full (skipped unless root on Linux, who may mount one)", () => {
  const database = testDatabase();
  const blockBytes = 4096;
  let platform = { name: "", url: "" };
  let disk = "";

  beforeAll(async () => {
    platform = await platformDatabase();
    disk = await mkdtemp(join(tmpdir(), "tc-full-"));
    expect(spawnSync("mount", ["-t", "tmpfs", "-o", "size=8m,mode=700", "tmpfs", disk]).status).toBe(0);
    process.env.PLATFORM_DATABASE_URL = platform.url;
    process.env.STORAGE_DIR = join(disk, "packages");
    resetEnv();
  });
  afterAll(async () => {
    spawnSync("umount", ["-l", disk]);
    await rm(disk, { recursive: true, force: true });
    await dropDatabase(platform.name);
  });

  const filler = () => join(disk, "somebody-elses");
  /** Fills the disk until so many blocks are left. */
  async function leave(blocks: number): Promise<void> {
    await rm(filler(), { force: true });
    const { bavail } = await statfs(disk);
    await writeFile(filler(), Buffer.alloc((bavail - blocks) * blockBytes));
  }
  const makeRoom = () => rm(filler());

  async function ask(): Promise<{ packageId: string; personId: string }> {
    const found = await findPlatformPerson("max.brandt@lumen-lifts.example");
    const personId = await makePerson({
      platformUserId: String(found?.userId),
      platformCompanyId: String(found?.companyId),
      linkedAt: Temporal.Now.instant(),
    });
    const asked = await submitDataRequest(holderCtx(personId), {
      kind: "access",
      scope: "person",
      idempotencyKey: newId(),
    });
    if (!asked.ok || !asked.value.packageId) throw new Error("not asked");
    return { personId, packageId: asked.value.packageId };
  }

  const stateOf = async ({ packageId, personId }: { packageId: string; personId: string }) => {
    const detail = await packageDetail(holderCtx(personId), packageId);
    if (!detail.ok) throw new Error(detail.reason);
    return detail.value;
  };
  const files = async (packageId: string) => readdir(join(disk, "packages", packageId)).catch(() => [] as string[]);

  async function expectWhole(asked: { packageId: string; personId: string }): Promise<void> {
    const { parts } = await stateOf(asked);
    expect(parts.length).toBe(1);
    const input = { packageId: asked.packageId, position: 1, range: null, ifRange: null };
    const opened = await openDownload(holderCtx(asked.personId), input);
    if (!opened.ok || !opened.value.body) throw new Error("not opened");
    const pieces: Buffer[] = [];
    for await (const piece of opened.value.body) pieces.push(Buffer.from(piece));
    expect([...(await readZip(Buffer.concat(pieces))).keys()]).toContain("datapackage.json");
  }

  async function until(what: () => Promise<boolean>, seconds: number): Promise<void> {
    for (const end = Date.now() + seconds * 1000; Date.now() < end; ) {
      if (await what()) return;
      await new Promise((done) => setTimeout(done, 100));
    }
    throw new Error(`not within ${seconds} seconds`);
  }

  it("wherever it fills up, it is said, nothing half-written is kept or offered, and a later try gets through", async () => {
    await mkdir(join(disk, "packages"), { recursive: true });
    const whole = await ask();
    await writePackage(systemCtx("job"), whole);
    await expectWhole(whole);
    const { bavail } = await statfs(disk);
    await rm(join(disk, "packages", whole.packageId), { recursive: true });
    const needs = (await statfs(disk)).bavail - bavail;
    expect(needs).toBeGreaterThan(4);
    // No room at all, room for the name alone, for half, for all but the last block.
    for (const blocks of [0, 1, Math.floor(needs / 2), needs - 1]) {
      const asked = await ask();
      await leave(blocks);
      await writePackage(systemCtx("job"), asked);
      const state = await stateOf(asked);
      expect(state, `${blocks} of ${needs} blocks left`).toMatchObject({
        state: "retrying",
        failure: { kind: "disk-full" },
        parts: [],
      });
      expect(await files(asked.packageId)).toEqual([]);
      const input = { packageId: asked.packageId, position: 1, range: null, ifRange: null };
      expect(await openDownload(holderCtx(asked.personId), input)).toEqual({ ok: false, reason: "not-ready" });
      await makeRoom();
      await writePackage(systemCtx("job"), asked);
      expect(await stateOf(asked)).toMatchObject({ state: "ready", failure: null });
      await expectWhole(asked);
      await rm(join(disk, "packages", asked.packageId), { recursive: true });
    }
  }, 240_000);

  it("the worker says so on the health page, tries again by itself, and gets through once there is room", async () => {
    await leave(0);
    const asked = await ask();
    const worker = await startWorker(["package.write"]);
    try {
      await until(async () => (await stateOf(asked)).state === "retrying", 90);
      expect((await stateOf(asked)).failure).toMatchObject({ kind: "disk-full" });
      const { ready, checks } = await checkReady();
      expect([ready, checks.storage.why]).toEqual([false, "ENOSPC"]);
      expect(await files(asked.packageId)).toEqual([]);
      // The minute until the next try goes by; there is still no room then.
      const next = () => database.sql`name = 'package.write' and data->>'packageId' = ${asked.packageId}
        and state = 'created' and start_after > now() + interval '30 s'`;
      const waiting = async () => (await database.sql`select 1 from pgboss.job where ${next()}`).length;
      const aMinuteLater = async () => {
        await until(async () => (await waiting()) === 1, 60);
        await database.sql`update pgboss.job set start_after = now() where ${next()}`;
      };
      await aMinuteLater();
      await until(async () => {
        const [row] = await database.sql`select fence from packages where id = ${asked.packageId}`;
        return Number(row?.fence) >= 2 && (await waiting()) === 1;
      }, 60);
      await makeRoom();
      await aMinuteLater();
      await until(async () => (await stateOf(asked)).state === "ready", 30);
      const told =
        await database.sql`select template from outgoing_mails where person_id = ${asked.personId} order by id`;
      expect(told.map(({ template }) => template)).toEqual(["package-requested", "package-ready"]);
      expect((await checkReady()).checks.storage.ok).toBe(true);
      await expectWhole(asked);
    } finally {
      await worker.stop();
    }
  }, 300_000);
});
