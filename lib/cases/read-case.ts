import { asc, count, eq, inArray } from "drizzle-orm";
import { type AttachmentView, attachmentsOf } from "../attachments/queries";
import { caseClocks, caseEvents, caseMessages, cases, deletions, packageParts, packages, staff } from "../db/schema";
import type { Tx } from "../db/transaction";
import {
  type CaseSummary,
  type ClockView,
  clockView,
  type DeletionView,
  deletionView,
  type PackageView,
  packageView,
  summaryOf,
} from "./case-view";
import { type MailFacts, mailFactsOf } from "./mail-facts";
import { barsOf, openParts } from "./message-bars";
import type { EventDetail } from "./record-event";
import { type Bar, type MessagePart, plainText } from "./redaction";

export type MessageView = {
  id: string;
  author: "subject" | "staff" | "system";
  /** For staff's eyes; null for the subject, who hears of "our privacy team". */
  staffName: string | null;
  internal: boolean;
  /** Null once the subject's key was destroyed; with words in brackets where something was left out. */
  text: string | null;
  /** The same with its bars, for whoever shows it. */
  parts: MessagePart[] | null;
  /** Taken out of view whole, with its files. */
  withdrawn: Bar | null;
  at: string;
  attachments: AttachmentView[];
  /** For staff's eyes, of a message that came by mail. */
  mail: MailFacts | null;
};

export type EventView = {
  id: string;
  type: string;
  actorKind: string;
  staffName: string | null;
  detail: EventDetail;
  visibleToSubject: boolean;
  at: string;
};

/** A case with what a list needs of its belongings. */
export type CaseWithParts = CaseSummary & {
  clocks: ClockView[];
  package: PackageView | null;
  deletion: DeletionView | null;
};

type Row = typeof cases.$inferSelect;

/** The rows that hang on some cases, read set-based: a fixed number of statements whatever their number. */
async function belongings(tx: Tx, rows: Row[]) {
  const ids = rows.map((row) => row.id);
  if (ids.length === 0) return { clocks: [], packs: [], dels: [], older: [] };
  const clocks = await tx.db.select().from(caseClocks).where(inArray(caseClocks.caseId, ids)).orderBy(caseClocks.dueAt);
  const packs = await tx.db
    .select({ row: packages, parts: count(packageParts.id) })
    .from(packages)
    .leftJoin(packageParts, eq(packageParts.packageId, packages.id))
    .where(inArray(packages.caseId, ids))
    .groupBy(packages.id)
    .orderBy(packages.requestedAt);
  const dels = await tx.db.select().from(deletions).where(inArray(deletions.caseId, ids));
  const into = rows.flatMap(({ mergedInto }) => mergedInto ?? []);
  const older =
    into.length > 0
      ? await tx.db.select({ id: cases.id, reference: cases.reference }).from(cases).where(inArray(cases.id, into))
      : [];
  return { clocks, packs, dels, older };
}

/** Cases as views, in the order given. */
export async function summaries(tx: Tx, rows: Row[]): Promise<CaseWithParts[]> {
  const { clocks, packs, dels, older } = await belongings(tx, rows);
  return rows.map((row) => {
    const own = clocks.filter((clock) => clock.caseId === row.id).map((clock) => clockView(clock, tx.now));
    // The newest package counts: an older one was replaced.
    const pack = packs.findLast((one) => one.row.caseId === row.id);
    const deletion = dels.find((one) => one.caseId === row.id);
    const parts = {
      package: pack ? packageView(pack.row, pack.parts) : null,
      deletion: deletion ? deletionView(deletion) : null,
    };
    const mergedInto = older.find(({ id }) => id === row.mergedInto)?.reference ?? null;
    return { ...summaryOf(row, own, { ...parts, mergedInto }, tx.now), clocks: own, ...parts };
  });
}

/** Timeline and thread of one case, with the texts opened. */
export async function threadOf(tx: Tx, row: Row): Promise<{ events: EventView[]; messages: MessageView[] }> {
  const events = await tx.db
    .select({ event: caseEvents, name: staff.displayName })
    .from(caseEvents)
    .leftJoin(staff, eq(staff.id, caseEvents.staffId))
    .where(eq(caseEvents.caseId, row.id))
    .orderBy(asc(caseEvents.at), asc(caseEvents.id));
  const messages = await tx.db
    .select({ message: caseMessages, name: staff.displayName })
    .from(caseMessages)
    .leftJoin(staff, eq(staff.id, caseMessages.staffId))
    .where(eq(caseMessages.caseId, row.id))
    .orderBy(asc(caseMessages.at), asc(caseMessages.id));
  const ids = messages.map(({ message }) => message.id);
  const files = await attachmentsOf(tx, ids, row.subjectId);
  const mails = await mailFactsOf(tx, ids, row.subjectId);
  const bars = await barsOf(tx, ids);
  const opened: MessageView[] = [];
  let isLeftOut = false;
  for (const { message, name } of messages) {
    const own = bars.get(message.id) ?? [];
    isLeftOut ||= own.length > 0;
    const parts = await openParts(tx, message, row.subjectId, own);
    const withdrawn = own.find(({ whole }) => whole) ?? null;
    const mail = mails.get(message.id) ?? null;
    opened.push({
      id: message.id,
      author: message.author,
      staffName: name,
      internal: message.internal,
      text: parts && plainText(parts),
      ...{ parts, withdrawn },
      at: message.at.toString(),
      attachments: withdrawn ? [] : (files.get(message.id) ?? []),
      // Of what was left out neither its own mail says more, nor a later one that quotes it.
      mail: mail && isLeftOut ? { ...mail, subject: null, whole: null } : mail,
    });
  }
  return {
    events: events.map(({ event, name }) => ({
      id: event.id,
      type: event.type,
      actorKind: event.actorKind,
      staffName: name,
      detail: event.detail,
      visibleToSubject: event.visibleToSubject,
      at: event.at.toString(),
    })),
    messages: opened,
  };
}
