import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { config } from "@/trust-center.config";
import { systemCtx, visitorCtx } from "../context";
import { publication } from "../http/publication";
import { newId } from "../ids";
import { inWords } from "../in-words";
import { atom, feedEntries, jsonFeed } from "./feed";
import { importVersion } from "./import-version";
import { inForceOn, parseDay } from "./in-force-on";
import { machineReadable } from "./machine-readable";
import { policyNow } from "./queries";

const database = testDatabase();
const origin = "https://trust.operno.example";
const source = (number: number) => readFileSync(new URL(`../../policy/operno/${number}.md`, import.meta.url), "utf8");
const at = (text: string) => Temporal.Instant.from(text);

beforeAll(async () => {
  await importVersion(systemCtx("test"), {
    number: 1,
    markdown: source(1),
    announcedAt: at("2025-05-28T00:00:00Z"),
    effectiveAt: at("2025-05-28T00:00:00Z"),
  });
  await importVersion(systemCtx("test"), {
    number: 2,
    markdown: source(2),
    announcedAt: at("2026-11-01T00:00:00Z"),
    effectiveAt: at("2099-01-01T00:00:00Z"),
    highlights: [{ kind: "wording", clauseId: "retention", sentence: "Logs & <traces> go \u0007sooner." }],
  });
});

describe("the version of a day", () => {
  it.each([
    ["2025-05-27", null],
    ["2025-05-28", 1],
    ["2098-12-31", 1],
    ["2099-01-01", 2],
  ])("on %s is %s", async (day, number) => {
    const found = await inForceOn(Temporal.PlainDate.from(day));
    expect(found?.number ?? null).toBe(number);
  });

  it.each(["", "yesterday", "2025-02-29", "2025-13-01", "20250601", "2025-6-1", "-002025-06-01", "2025-06-01T00:00"])(
    "%j is no day",
    (text) => expect(parseDay(text)).toBeNull(),
  );
});

describe("the policy for programs", () => {
  it("says every clause and promise, the configured periods and the hash of the source", async () => {
    const { inForce, next } = await policyNow(visitorCtx());
    if (!inForce) throw new Error("no version in force");
    const said = machineReadable(inForce, next, origin);
    expect(said.sha256).toBe(createHash("sha256").update(source(1)).digest("hex"));
    expect(said.promises).toHaveLength(38);
    const ids = new Set(said.clauses.map(({ id }) => id));
    for (const { clause, sentence } of said.promises) {
      expect(ids).toContain(clause);
      expect(sentence.length).toBeGreaterThan(10);
    }
    expect(said.retention).toContainEqual(expect.objectContaining({ class: "usage", period: "P2Y" }));
    expect(said.next).toMatchObject({ version: 2, effectiveAt: "2099-01-01T00:00:00Z" });
  });
});

describe("feeds", () => {
  it("name each version by an id of its own that stays, newest first", async () => {
    const entries = await feedEntries(origin);
    expect(entries.map(({ url }) => url)).toEqual([`${origin}/privacy/changes/1/2`, `${origin}/privacy/versions/1`]);
    expect(new Set(entries.map(({ id }) => id)).size).toBe(2);
    expect((await feedEntries("https://elsewhere.example")).map(({ id }) => id)).toEqual(entries.map(({ id }) => id));
    expect(jsonFeed(entries, origin).items[0]?.content_text).toContain("Logs & <traces>");
  });

  it("tell every change word by word, the same in text and in JSON", async () => {
    const [newest, first] = jsonFeed(await feedEntries(origin), origin).items;
    expect(newest?.content_text).toContain("We keep usage logs for [-2 years-]{+1 year+}.");
    expect(newest?.summary).not.toContain("{+");
    expect(newest?._changes).toMatchObject({ counts: { changed: 2, movedClauses: 1 }, left: 0 });
    const said = newest?._changes?.clauses.flatMap(({ blocks }) =>
      blocks.flatMap((one) => ("said" in one ? one.said : [])),
    );
    const marks = said?.filter(({ kind }) => kind === "ins" || kind === "del").map(({ kind, text }) => [kind, text]);
    expect(marks).toContainEqual(["del", "2 years"]);
    for (const [kind, text] of marks ?? [])
      expect(newest?.content_text).toContain(kind === "del" ? `[-${text}-]` : `{+${text}+}`);
    expect(first?._changes).toBeUndefined();
    expect(atom(await feedEntries(origin), origin)).toContain(
      '<content type="text">Logs &amp; &lt;traces&gt; go sooner.',
    );
  });

  it("are XML whatever a sentence holds", async () => {
    const written = atom(await feedEntries(origin), origin);
    expect(written).toContain("<summary>Logs &amp; &lt;traces&gt; go sooner.</summary>");
    expect(written).toContain("<updated>2026-11-01T00:00:00Z</updated>");
  });

  it("say when a version really takes effect, which its notice may put off", async () => {
    const [number, effectiveAt] = [3, at("2099-03-01T00:00:00Z")];
    const announcedAt = at("2026-11-02T00:00:00Z");
    await importVersion(systemCtx("test"), { number, markdown: source(2), announcedAt, effectiveAt });
    const noticeId = newId();
    await database.sql`insert into notices (id, version_id, created_at)
      select ${noticeId}, id, announced_at from policy_versions where number = ${number}`;
    const titleOf = async () => (await feedEntries(origin)).find(({ url }) => url.endsWith(`/${number}`))?.title;
    expect(await titleOf()).toContain(inWords(effectiveAt, config.clocks.zone));
    await database.sql`update notices set gate_opens_at = '2099-04-05T00:00:00Z' where id = ${noticeId}`;
    expect(await titleOf()).toContain(inWords(at("2099-04-05T00:00:00Z"), config.clocks.zone));
  });
});

describe("an answer for programs", () => {
  const ask = (tag?: string) =>
    publication(new Request(origin, tag ? { headers: { "if-none-match": tag } } : {}), "text", "text/plain");

  it("is not sent again to who has it, and carries the digest of its bytes", async () => {
    const first = ask();
    const tag = first.headers.get("etag") ?? "";
    const digest = createHash("sha256")
      .update(await first.text())
      .digest("base64");
    expect(first.headers.get("repr-digest")).toBe(`sha-256=:${digest}:`);
    for (const known of [tag, `W/${tag}`, `"other", ${tag}`, "*"]) expect(ask(known).status).toBe(304);
    expect(ask('"other"').status).toBe(200);
  });
});
