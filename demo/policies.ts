import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { systemCtx } from "../lib/context";
import type { HighlightInput } from "../lib/policy/highlight-input";
import { importVersion } from "../lib/policy/import-version";
import { version } from "../lib/policy/queries";

const source = (number: number) => readFile(resolve(import.meta.dirname, `../policy/operno/${number}.md`), "utf8");

/** Days between the demo's first start and the day version 2 takes effect: more than the 30 promised. */
const daysAhead = 40;

/** What version 2 changes, as its notice and the changes page say it; most important first. */
export const secondVersionHighlights: HighlightInput[] = [
  {
    kind: "new-recipient",
    clauseId: "share-providers",
    sentence:
      "One more kind of provider will receive personal information: the tools our support team uses to answer you.",
    oldText: "Cloud hosting and infrastructure, payment processing, email delivery, analytics and monitoring",
    newText:
      "Cloud hosting and infrastructure, payment processing, email delivery, analytics and monitoring, and customer support tools",
    severity: "high",
    categories: ["collect.account", "collect.communication"],
  },
  {
    kind: "retention-shorter",
    clauseId: "retention",
    sentence: "We will delete usage logs a year sooner. You do not have to do anything for that.",
    oldText: "2 years",
    newText: "1 year",
    severity: "medium",
    categories: ["collect.usage"],
  },
  {
    kind: "wording",
    clauseId: "rights",
    sentence: "Your rights move up, right behind what we use information for. Their words stay the same.",
    oldText: null,
    newText: null,
    severity: "low",
  },
];

/**
 * Version 1, in force since 28 May 2025, and version 2, announced at the demo's first start for the
 * first midnight UTC that is {@link daysAhead} days away. Safe to run at every start.
 */
export async function seedPolicies(clock?: () => Temporal.Instant): Promise<void> {
  const ctx = systemCtx("demo:policies", clock);
  const published = Temporal.Instant.from("2025-05-28T00:00:00Z");
  await importVersion(ctx, {
    number: 1,
    markdown: await source(1),
    announcedAt: published,
    effectiveAt: published,
  });
  if (await version(ctx, 2)) return;
  const now = clock ? clock() : Temporal.Now.instant();
  const effectiveAt = now
    .toZonedDateTimeISO("UTC")
    .add({ days: daysAhead + 1 })
    .startOfDay()
    .toInstant();
  await importVersion(ctx, {
    number: 2,
    markdown: await source(2),
    announcedAt: now,
    effectiveAt,
    highlights: [...secondVersionHighlights],
  });
}
