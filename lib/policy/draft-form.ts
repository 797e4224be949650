import { z } from "zod";
import { config } from "../../trust-center.config";
import { highlightInput } from "./highlight-input";
import { maxPolicyBytes } from "./parse";

const rowField = /^highlights\.(\d{1,2})\.(kind|clauseId|sentence|oldText|newText|severity|categories)$/;
const text = (value: unknown): string => (typeof value === "string" ? value.replace(/\r\n?/g, "\n") : "");
const words = (value: unknown): string[] => (Array.isArray(value) ? value : [value]).map(text).filter(Boolean);

/** The first instant of a day in the company's zone. @throws RangeError when it is no date */
export const startOfDay = (day: string): Temporal.Instant =>
  Temporal.PlainDate.from(day).toZonedDateTime(config.clocks.zone).toInstant();

/** The day an instant falls on in the company's zone, as a date field wants it. */
export const dayOf = (at: Temporal.Instant): string =>
  at.toZonedDateTimeISO(config.clocks.zone).toPlainDate().toString();

const form = z.record(z.string(), z.unknown());

/** The editor's form: `markdown` and `effectiveOn` (a day, or empty while undecided). Every issue names its field. */
export const textForm = form.transform((fields, context) => {
  const report = (field: string, message: string) => context.addIssue({ code: "custom", path: [field], message });

  const markdown = text(fields.markdown);
  if (markdown.trim() === "") report("markdown", "The text is empty.");
  if (Buffer.byteLength(markdown) > maxPolicyBytes)
    report("markdown", `The text is longer than ${maxPolicyBytes} bytes.`);
  if (markdown.includes("\0")) report("markdown", "The text holds a NUL character, which no text may.");

  let effectiveAt: string | null = null;
  const day = text(fields.effectiveOn).trim();
  if (day !== "") {
    try {
      effectiveAt = startOfDay(day).toString();
    } catch {
      report("effectiveOn", "This is no day such as 2027-01-31.");
    }
  }
  return { markdown, effectiveAt };
});

/**
 * The highlights' form: flat fields `highlights.<row>.<field>`, as a form without JavaScript sends them. A row
 * without a kind and without words is none.
 */
export const highlightsForm = form.transform((fields, context) => {
  const rows = new Map<number, Record<string, unknown>>();
  for (const [name, value] of Object.entries(fields)) {
    const [, row, field] = rowField.exec(name) ?? [];
    if (row === undefined || field === undefined) continue;
    const read = field === "categories" ? words(value) : text(value).trim();
    rows.set(Number(row), { ...rows.get(Number(row)), [field]: read });
  }
  const highlights: z.output<typeof highlightInput>[] = [];
  for (const [row, { severity, categories, ...written }] of [...rows].sort(([a], [b]) => a - b)) {
    if (Object.values(written).every((value) => value === "")) continue;
    const parsed = highlightInput.safeParse({
      ...written,
      severity: severity || undefined,
      categories,
      oldText: written.oldText || null,
      newText: written.newText || null,
    });
    if (parsed.success) highlights.push(parsed.data);
    else
      for (const { path } of parsed.error.issues)
        context.addIssue({
          code: "custom",
          path: [`highlights.${row}.${String(path[0])}`],
          message: rowWords[String(path[0])] ?? "This is not right.",
        });
  }
  return { highlights };
});

const rowWords: Record<string, string> = {
  kind: "Choose what kind of change it is.",
  clauseId: "Name the clause by its id, such as retention.",
  sentence: "Say in one sentence, at most 500 characters, what it means for the reader.",
  oldText: "At most 2,000 characters.",
  newText: "At most 2,000 characters.",
};
