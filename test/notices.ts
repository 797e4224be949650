import type postgres from "postgres";
import { systemCtx } from "@/lib/context";
import { sha256Hex } from "@/lib/crypto/hash";
import type { PlatformPerson } from "@/lib/data-map/find-platform-person";
import { highlights, notices, policyVersions } from "@/lib/db/schema";
import { withTransaction } from "@/lib/db/transaction";
import { newId } from "@/lib/ids";
import { openAddress } from "@/lib/notices/address";
import { noticeHours } from "@/lib/notices/notice-period";

/** The ledger's rows of a notice with their addresses opened, in no order. */
export async function ledgerOf(sql: postgres.Sql, noticeId: string): Promise<(Record<string, unknown> & Address)[]> {
  const rows = await sql`
    select r.*, n.address_key from notice_recipients r join notices n on n.id = r.notice_id where notice_id = ${noticeId}`;
  return rows.map((row) => ({
    ...row,
    address: openAddress({
      id: row.id,
      noticeId,
      addressKey: row.address_key,
      addressSealed: row.address_sealed,
      address: row.address,
    }),
  }));
}
type Address = { address: string | null };

let number = 100;

/** Holders of an invented platform, in batches as `streamAudience` gives them. */
export const holders = (count: number, name = newId().slice(-8)): PlatformPerson[] =>
  Array.from({ length: count }, (_, i) => ({
    system: "operno",
    userId: `${name}-${i}`,
    companyId: null,
    companyName: null,
    owner: false,
    email: `holder-${i}@${name}.example`,
    name: `Holder ${i}`,
    language: "en",
    timeZone: i % 2 === 0 ? "Europe/Berlin" : "America/Los_Angeles",
  }));

export async function* stream(people: PlatformPerson[]): AsyncGenerator<PlatformPerson[]> {
  for (let at = 0; at < people.length; at += 1000) yield people.slice(at, at + 1000);
}

/** An announced version with its notice, as `announceVersion` leaves them. */
export async function makeNotice(
  options: { announcedAt?: Temporal.Instant; effectiveAt?: Temporal.Instant; markdown?: string } = {},
): Promise<{ noticeId: string; versionId: string; number: number; effectiveAt: Temporal.Instant }> {
  const [noticeId, versionId] = [newId(), newId()];
  const announcedAt = options.announcedAt ?? Temporal.Now.instant();
  // The database keeps microseconds.
  const effectiveAt = (options.effectiveAt ?? announcedAt.add({ hours: noticeHours + 48 })).round("microsecond");
  const own = number++;
  const markdown = options.markdown ?? `# Policy ${own}`;
  await withTransaction(systemCtx("test"), async (tx) => {
    await tx.db.insert(policyVersions).values({
      id: versionId,
      number: own,
      title: `Version ${own}`,
      markdown,
      sha256: sha256Hex(markdown),
      announcedAt,
      effectiveAt,
    });
    await tx.db.insert(highlights).values({
      id: newId(),
      versionId,
      kind: "retention-shorter",
      clauseId: "retention",
      sentence: "Usage logs are deleted after one year instead of two; {{address}} stays as written.",
      oldText: "2 years",
      newText: "1 year",
      position: 1,
    });
    await tx.db.insert(notices).values({ id: noticeId, versionId, createdAt: announcedAt });
  });
  return { noticeId, versionId, number: own, effectiveAt };
}
