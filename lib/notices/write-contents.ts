import { and, asc, desc, eq, isNotNull, isNull, lt } from "drizzle-orm";
import { config } from "../../trust-center.config";
import type { Ctx } from "../context";
import { sha256Hex } from "../crypto/hash";
import { highlights, noticeContents, policyVersions } from "../db/schema";
import { type Tx, withRead, withTransaction } from "../db/transaction";
import { diffOf } from "../policy/known-diff";
import { parsePolicy } from "../policy/parse";
import { firstChanges, tellChanges } from "../policy/tell-changes";
import type { Notice } from "./claim-batch";
import { type NoticeContent, renderAnnouncement, renderWithdrawal, type ToldChanges } from "./render-notice";

/** The notice in each configured language, rendered and stored once; a later run gets what the first one wrote. */
export async function writeContents(ctx: Ctx, notice: Notice): Promise<NoticeContent[]> {
  const about = await withRead(ctx, (tx) => aboutVersion(tx, notice.versionId));
  for (const language of config.languages) {
    const content =
      notice.kind === "withdrawal"
        ? await renderWithdrawal(language, about)
        : await renderAnnouncement(language, about, about.highlights, about.changes);
    const sha256 = sha256Hex(JSON.stringify([content.subject, content.html, content.text]));
    await withTransaction(ctx, (tx) =>
      tx.db
        .insert(noticeContents)
        .values({ noticeId: notice.id, ...content, sha256 })
        .onConflictDoNothing(),
    );
  }
  return withRead(ctx, (tx) => tx.db.select().from(noticeContents).where(eq(noticeContents.noticeId, notice.id)));
}

async function aboutVersion(tx: Tx, versionId: string) {
  const [version] = await tx.db.select().from(policyVersions).where(eq(policyVersions.id, versionId));
  if (!version) throw new Error("the notice's version is gone");
  const [previous] = await tx.db
    .select({ number: policyVersions.number, markdown: policyVersions.markdown, sha256: policyVersions.sha256 })
    .from(policyVersions)
    .where(
      and(
        lt(policyVersions.number, version.number),
        isNotNull(policyVersions.announcedAt),
        isNull(policyVersions.withdrawnAt),
      ),
    )
    .orderBy(desc(policyVersions.number))
    .limit(1);
  const shown = await tx.db
    .select()
    .from(highlights)
    .where(eq(highlights.versionId, versionId))
    .orderBy(asc(highlights.position));
  return {
    number: version.number,
    previous: previous?.number ?? null,
    highlights: shown,
    changes: previous ? changesFrom(previous, version) : null,
  };
}

type Text = { markdown: string; sha256: string };
/** Words a mail carries of the changes themselves; every recipient's copy has them, and the page has the rest. */
const mostTold = 4000;

/** Null for a text that cannot be taken apart: the notice is owed all the same, and leads to the comparison. */
function changesFrom(before: Text, after: Text): ToldChanges | null {
  if (![before, after].every(({ markdown }) => parsePolicy(markdown).ok)) return null;
  return firstChanges(tellChanges(diffOf(before, after)), mostTold);
}
