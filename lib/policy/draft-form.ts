import { z } from "zod";
import { config } from "../../trust-center.config";
import { highlightInput } from "./import-version";
import { maxPolicyBytes } from "./parse";

const rowField = /^highlights\.(\d{1,2})\.(kind|clauseId|sentence|oldText|newText)$/;
const text = (value: unknown): string => (typeof value === "string" ? value.replace(/\r\n?/g, "\n") : "");

/** The first instant of a day in the company's zone. @throws RangeError when it is no date */
export const startOfDay = (day: string): Temporal.Instant =>
  Temporal.PlainDate.from(day).toZonedDateTime(config.clocks.zone).toInstant();

/** The day an instant falls on in the company's zone, as a date field wants it. */
export const dayOf = (at: Temporal.Instant): string =>
  at.toZonedDateTimeISO(config.clocks.zone).toPlainDate().toString();

/**
 * The editor's form: `markdown`, `effectiveOn` (a day, or empty while undecided) and flat fields
 * `highlights.<row>.<field>`, as a form without JavaScript sends them. A row left empty is none. Every
 * issue names the very field it is about.
 */
export const draftForm = z.record(z.string(), z.unknown()).transform((form, context) => {
  const report = (field: string, message: string) => context.addIssue({ code: "custom", path: [field], message });

  const markdown = text(form.markdown);
  if (markdown.trim() === "") report("markdown", "The text is empty.");
  if (Buffer.byteLength(markdown) > maxPolicyBytes)
    report("markdown", `The text is longer than ${maxPolicyBytes} bytes.`);

  let effectiveAt: string | null = null;
  const day = text(form.effectiveOn).trim();
  if (day !== "") {
    try {
      effectiveAt = startOfDay(day).toString();
    } catch {
      report("effectiveOn", "This is no day such as 2027-01-31.");
    }
  }

  const rows = new Map<number, Record<string, string>>();
  for (const [name, value] of Object.entries(form)) {
    const [, row, field] = rowField.exec(name) ?? [];
    if (row === undefined || field === undefined) continue;
    rows.set(Number(row), { ...rows.get(Number(row)), [field]: text(value).trim() });
  }
  const highlights: z.output<typeof highlightInput>[] = [];
  for (const [row, fields] of [...rows].sort(([a], [b]) => a - b)) {
    if (Object.values(fields).every((value) => value === "")) continue;
    const parsed = highlightInput.safeParse({
      ...fields,
      oldText: fields.oldText || null,
      newText: fields.newText || null,
    });
    if (parsed.success) highlights.push(parsed.data);
    else
      for (const { path } of parsed.error.issues)
        report(`highlights.${row}.${String(path[0])}`, rowWords[String(path[0])] ?? "This is not right.");
  }
  return { markdown, effectiveAt, highlights };
});

const rowWords: Record<string, string> = {
  kind: "Choose what kind of change it is.",
  clauseId: "Name the clause by its id, such as retention.",
  sentence: "Say in one sentence, at most 500 characters, what it means for the reader.",
  oldText: "At most 2,000 characters.",
  newText: "At most 2,000 characters.",
};
