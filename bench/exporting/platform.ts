import { access, chmod, mkdir, writeFile } from "node:fs/promises";
import { totalmem } from "node:os";
import { join, resolve } from "node:path";
import { eq } from "drizzle-orm";
import postgres from "postgres";
import { generateLarge, largeOwner } from "@/demo/platform/large";
import { systemCtx } from "@/lib/context";
import { startEmbedded } from "@/lib/db/embedded";
import { cases, packages, people } from "@/lib/db/schema";
import { withTransaction } from "@/lib/db/transaction";
import { createPackage } from "@/lib/exports/create-package";
import { newId, newReference } from "@/lib/ids";
import { prepareTrustCenter } from "../platform/trust-center";

/** MB: the part of a machine's memory with which Postgres' manual says to begin. With less, whoever looks twice waits for the disk. */
const quarter = Math.floor(totalmem() / 4 / 2 ** 20);

/** The large company, generated once and kept, and an empty trust center beside it; both in one Postgres. */
export async function startPlatform(rows: number) {
  const directory = resolve(process.env.BENCH_DIR ?? ".data/bench", `export-${rows}`);
  await mkdir(directory, { recursive: true });
  await chmod(directory, 0o755);
  const server = await startEmbedded(directory, ["-c", `shared_buffers=${quarter}MB`, "-c", "max_wal_size=8GB"]);
  const sql = postgres(server.url("postgres"), { max: 1, onnotice: () => {} });
  const made = join(directory, "generated");
  if (
    !(await access(made).then(
      () => true,
      () => false,
    ))
  ) {
    await sql.unsafe("drop database if exists platform with (force)");
    await sql.unsafe("create database platform");
    await generateLarge(server.url("platform"), rows);
    await writeFile(made, new Date().toISOString());
  }
  await sql.unsafe("drop database if exists trust_center with (force)");
  await sql.unsafe("create database trust_center");
  await sql.end();
  await prepareTrustCenter(server, directory);
  return { directory, server };
}

/** Somebody who owns the large company. */
export async function makeOwner(): Promise<string> {
  const id = newId();
  await withTransaction(systemCtx("bench"), (tx) =>
    tx.db.insert(people).values({
      id,
      email: largeOwner.email,
      platformUserId: largeOwner.userId,
      platformCompanyId: largeOwner.companyId,
      platformOwner: true,
    }),
  );
  return id;
}

/** A package of the whole company, put into the queue. */
export function askForCompany(personId: string): Promise<string> {
  return withTransaction(systemCtx("bench"), async (tx) => {
    const caseId = newId();
    await tx.db.insert(cases).values({
      id: caseId,
      reference: newReference(),
      kind: "access",
      scope: "company",
      channel: "dashboard",
      subjectId: personId,
      requesterId: personId,
    });
    return (await createPackage(tx, { caseId, personId, scope: "company" })).packageId;
  });
}

/** Waits until it is ready. @returns seconds between the begin of the try and the offer, by the database's clock */
export async function untilReady(packageId: string): Promise<{ seconds: number; rows: number }> {
  for (;;) {
    const [pack] = await withTransaction(systemCtx("bench"), (tx) =>
      tx.db.select().from(packages).where(eq(packages.id, packageId)),
    );
    if (pack?.failedAt || pack?.failure) throw new Error(`the package failed: ${pack.failure}`);
    if (pack?.readyAt && pack.startedAt) {
      return { seconds: pack.startedAt.until(pack.readyAt).total("seconds"), rows: pack.rowsEstimated ?? 0 };
    }
    await new Promise((done) => setTimeout(done, 200));
  }
}
