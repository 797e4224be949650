import { and, asc, eq, inArray } from "drizzle-orm";
import { attachments, caseMessages, cases } from "../db/schema";
import type { Tx } from "../db/transaction";
import { type AskedUses, readAsked, usesInWords } from "../processing/asked-uses";
import type { CaseRow } from "./change-case";
import { withMerged } from "./merged";
import { barsOf, openParts } from "./message-bars";
import { plainText } from "./redaction";

/** Nobody proved the address to us, and the company is told so. Who asked signed in did. */
const unproved: Record<CaseRow["channel"], string> = {
  "public-form": "Typed into our public form. Make sure who it is before you tell them anything.",
  mail: "Came to us by mail. Make sure who it is before you tell them anything.",
  staff: "Written down by our team. Make sure who it is before you tell them anything.",
  dashboard: "",
};

type Asked = {
  kind: CaseRow["kind"];
  channel: CaseRow["channel"];
  text: string;
  /** What is to stop, as it was ticked. */
  uses: AskedUses | null;
  /** How many files came with it. They are not passed on, since a task holds words alone. */
  files: number;
};

/** What a company gets to read, also when a kind alone says what is wanted. */
export function companyWords({ kind, channel, text, uses, files }: Asked): string {
  const notes = [
    unproved[channel],
    files > 0 ? `${files === 1 ? "A file" : `${files} files`} came with it. Ask them for what you need of that.` : "",
  ].filter(Boolean);
  return [
    text || `Asked for: ${kind}.`,
    uses ? `What is to stop: ${usesInWords(uses.purposes)}.` : "",
    notes.length > 0 ? `(${notes.join(" ")})` : "",
  ]
    .filter(Boolean)
    .join("\n\n");
}

/** The same of a case that lies here: everything that the person wrote, in what it took over too, without what was left out of it. */
export async function wordsForCompany(tx: Tx, row: CaseRow): Promise<string> {
  const messages = await tx.db
    .select({ id: caseMessages.id, body: caseMessages.body, subjectId: cases.subjectId })
    .from(caseMessages)
    .innerJoin(cases, eq(cases.id, caseMessages.caseId))
    .where(and(withMerged(row.id), eq(caseMessages.author, "subject")))
    .orderBy(asc(caseMessages.at), asc(caseMessages.id));
  const ids = messages.map(({ id }) => id);
  const bars = await barsOf(tx, ids);
  const texts: string[] = [];
  for (const message of messages)
    texts.push(plainText((await openParts(tx, message, message.subjectId, bars.get(message.id) ?? [])) ?? []));
  const { kind, channel, askedUses } = row;
  return companyWords({
    ...{ kind, channel, text: texts.filter(Boolean).join("\n\n") },
    uses: readAsked(askedUses),
    files: ids.length > 0 ? await tx.db.$count(attachments, inArray(attachments.messageId, ids)) : 0,
  });
}
