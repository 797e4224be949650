import { asc, isNotNull } from "drizzle-orm";
import { config } from "../../trust-center.config";
import { visitorCtx } from "../context";
import { highlights, policyVersions } from "../db/schema";
import { withRead } from "../db/transaction";
import { inWords } from "../in-words";
import { changesAsText, textLegend } from "./changes-as-text";
import type { Counts } from "./diff";
import { diffOf } from "./known-diff";
import { versionsIn } from "./queries";
import { firstChanges, type ToldClause, tellChanges } from "./tell-changes";

/** One announced version, as something new to read. */
export type FeedEntry = {
  /** A URN of the version, so that a reader knows it again should the site move. */
  id: string;
  title: string;
  url: string;
  publishedAt: Temporal.Instant;
  updatedAt: Temporal.Instant;
  /** What it changes, a sentence each. */
  sentences: string[];
  /** Against the version before it; `left` more clauses change than are told. Null for the first and for one withdrawn. */
  changes: { counts: Counts; told: ToldClause[]; left: number } | null;
};

/** A feed tells the words that changed up to this many characters an entry; the page has them all. */
const mostTold = 20_000;

/** Every version that was ever announced, newest first; one that was withdrawn stays and says so. */
export function feedEntries(origin: string): Promise<FeedEntry[]> {
  return withRead(visitorCtx(), async (tx) => {
    const rows = (await versionsIn(tx)).filter(({ announcedAt }) => announcedAt !== null);
    const stored = await tx.db
      .select({ id: policyVersions.id, markdown: policyVersions.markdown, sha256: policyVersions.sha256 })
      .from(policyVersions)
      .where(isNotNull(policyVersions.announcedAt));
    const textOf = new Map(stored.map((one) => [one.id, one]));
    const marks = await tx.db.select().from(highlights).orderBy(asc(highlights.position));
    return rows.flatMap(
      ({ id, number, title, announcedAt, effectiveAt, withdrawnAt, withdrawnReason, kind }, index) => {
        // A technical upgrade notifies nobody.
        if (!announcedAt || kind === "technical") return [];
        const before = rows.slice(index + 1).find((one) => !one.withdrawnAt);
        const [old, now] = [textOf.get(before?.id ?? ""), textOf.get(id)];
        const diff = old && now && !withdrawnAt ? diffOf(old, now) : null;
        const from = effectiveAt ? `, in effect from ${inWords(effectiveAt, config.clocks.zone)}` : "";
        return {
          id: `urn:uuid:${id}`,
          title: `${title}, version ${number}${withdrawnAt ? ", withdrawn" : from}`,
          url: before ? `${origin}/privacy/changes/${before.number}/${number}` : `${origin}/privacy/versions/${number}`,
          publishedAt: announcedAt,
          updatedAt: withdrawnAt ?? announcedAt,
          sentences: withdrawnAt
            ? ["This version was withdrawn before it took effect.", ...(withdrawnReason ? [withdrawnReason] : [])]
            : marks.filter(({ versionId }) => versionId === id).map(({ sentence }) => sentence),
          changes: diff ? { counts: diff.counts, ...firstChanges(tellChanges(diff), mostTold) } : null,
        };
      },
    );
  });
}

const feedTitle = `${config.company.name}: changes of the privacy policy`;
const noHighlights = "Nothing of significance changes.";
const summary = ({ sentences }: FeedEntry) => sentences.join("\n") || noHighlights;
/** The highlights, then every change word by word. */
function content(entry: FeedEntry): string {
  const { told = [], left = 0 } = entry.changes ?? {};
  if (told.length === 0 && left === 0) return summary(entry);
  const rest =
    left === 0 ? [] : [`${left === 1 ? "One more clause changes" : `${left} more clauses change`}: ${entry.url}`];
  return [summary(entry), textLegend, changesAsText(told), ...rest].filter((part) => part !== "").join("\n\n");
}
const named: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
// Characters that XML 1.0 (2.2) has no way to write are left out.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what has to go
const unwritable = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;
const xml = (text: string) => text.replace(unwritable, "").replace(/[&<>"]/g, (one) => named[one] ?? one);

/** RFC 4287. An empty feed was updated when the epoch began, since the format demands a time. */
export function atom(entries: FeedEntry[], origin: string): string {
  const newest = entries
    .map(({ updatedAt }) => updatedAt)
    .sort(Temporal.Instant.compare)
    .at(-1);
  const items = entries.map(
    (entry) => `  <entry>
    <id>${xml(entry.id)}</id>
    <title>${xml(entry.title)}</title>
    <link rel="alternate" type="text/html" href="${xml(entry.url)}"/>
    <published>${entry.publishedAt}</published>
    <updated>${entry.updatedAt}</updated>
    <summary>${xml(summary(entry))}</summary>
    <content type="text">${xml(content(entry))}</content>
  </entry>
`,
  );
  return `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">
  <id>${xml(`${origin}/privacy/feed.xml`)}</id>
  <title>${xml(feedTitle)}</title>
  <author><name>${xml(config.company.legalName)}</name></author>
  <link rel="self" type="application/atom+xml" href="${xml(`${origin}/privacy/feed.xml`)}"/>
  <link rel="alternate" type="text/html" href="${xml(`${origin}/privacy/versions`)}"/>
  <updated>${newest ?? "1970-01-01T00:00:00Z"}</updated>
${items.join("")}</feed>
`;
}

/** JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/); `_changes` is an extension: the changes as a tree. */
export function jsonFeed(entries: FeedEntry[], origin: string) {
  return {
    version: "https://jsonfeed.org/version/1.1",
    title: feedTitle,
    home_page_url: `${origin}/privacy/versions`,
    feed_url: `${origin}/privacy/feed.json`,
    language: "en",
    authors: [{ name: config.company.legalName, url: config.company.website }],
    items: entries.map((entry) => ({
      id: entry.id,
      url: entry.url,
      title: entry.title,
      summary: summary(entry),
      content_text: content(entry),
      date_published: entry.publishedAt.toString(),
      date_modified: entry.updatedAt.toString(),
      ...(entry.changes
        ? {
            _changes: {
              about: entry.url,
              counts: entry.changes.counts,
              clauses: entry.changes.told,
              left: entry.changes.left,
            },
          }
        : {}),
    })),
  };
}
