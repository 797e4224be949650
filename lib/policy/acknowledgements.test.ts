import { readFileSync } from "node:fs";
import fc from "fast-check";
import { Webhook } from "standardwebhooks";
import { beforeAll, describe, expect, it } from "vitest";
import { POST } from "@/app/api/v1/acknowledgements/route";
import { testDatabase } from "@/test/database";
import { holderCtx, makePerson } from "@/test/people";
import { type HolderCtx, systemCtx } from "../context";
import { sha256Hex } from "../crypto/hash";
import { policyVersions } from "../db/schema";
import { withTransaction } from "../db/transaction";
import { resetEnv } from "../env";
import { timelinePage } from "../evidence/timeline";
import { newId } from "../ids";
import { acknowledgeUse } from "./acknowledge-use";
import { measureAll } from "./standing";

const database = testDatabase();
const secret = `whsec_${Buffer.alloc(32, 3).toString("base64")}`;
const markdown = readFileSync(new URL("../../policy/operno/1.md", import.meta.url), "utf8");
const sha256 = sha256Hex(markdown);
const effect = Temporal.Instant.from("2026-01-01T00:00:00Z");
let versionId = "";

beforeAll(async () => {
  process.env.PLATFORM_WEBHOOK_SECRET = secret;
  resetEnv();
  versionId = newId();
  await withTransaction(systemCtx("test"), (tx) =>
    tx.db.insert(policyVersions).values([
      { id: versionId, number: 1, title: "One", markdown, sha256, announcedAt: effect, effectiveAt: effect },
      {
        id: newId(),
        number: 2,
        title: "Two",
        markdown: "# Two",
        sha256: sha256Hex("# Two"),
        announcedAt: effect,
        effectiveAt: Temporal.Now.instant().add({ hours: 24 }),
      },
    ]),
  );
});

type Signing = { id?: string; at?: Date; secret?: string };

function signed(body: string, { id = `msg_${newId()}`, at = new Date(), secret: by = secret }: Signing = {}) {
  return {
    body,
    headers: {
      "webhook-id": id,
      "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
      "webhook-signature": new Webhook(by).sign(id, at, body),
    },
  };
}

async function post(made: { body: string; headers: Record<string, string> }) {
  const answer = await POST(new Request("http://x.test/api/v1/acknowledgements", { method: "POST", ...made }));
  return { status: answer.status, type: answer.headers.get("content-type"), said: await answer.json() };
}

const use = (user: string, more: object = {}) => ({
  platform_user_id: user,
  version: 1,
  sha256,
  at: "2026-02-01T08:00:00Z",
  ...more,
});
const holder = async (values: Parameters<typeof makePerson>[0] = {}) =>
  holderCtx(await makePerson(values)) as HolderCtx;
const stored = (user: string) => database.sql`select * from acknowledgements where subject = ${user}`;

describe("a use of this app", () => {
  it("change.acceptance: is noted once for each person and version, with the hash of the text", async () => {
    const user = newId();
    const ctx = await holder({ platformUserId: user });
    const all = await Promise.all([acknowledgeUse(ctx), acknowledgeUse(ctx), acknowledgeUse(ctx)]);
    expect(all.filter(Boolean)).toHaveLength(1);
    expect(await acknowledgeUse(ctx)).toBe(false);
    const [row, ...more] = await stored(user);
    expect(more).toEqual([]);
    expect(row).toMatchObject({ version_id: versionId, sha256, via: "app", person_id: ctx.actor.personId });
    expect((await timelinePage(ctx, { limit: 10 })).items).toMatchObject([
      { kind: "policy.acknowledged", facts: { number: 1, text: sha256, via: "app" } },
    ]);
    const entries = await database.sql`
      select 1 from audit_entries where action = 'policy-version.acknowledged' and actor_id = ${ctx.actor.personId}`;
    expect(entries).toHaveLength(1);
    const { byId } = await measureAll();
    expect(byId["change.acceptance"]).toMatchObject({ state: "kept", evidence: expect.stringContaining("version 1") });
  });

  it("of somebody the platform does not know is noted under the person", async () => {
    const ctx = await holder();
    await acknowledgeUse(ctx);
    expect(await stored(`person:${ctx.actor.personId}`)).toHaveLength(1);
  });

  it("nobody can note one for somebody else", async () => {
    const [mine, other] = [await holder(), await makePerson()];
    const forge = withTransaction(mine, (tx) =>
      tx.db.execute(`insert into acknowledgements (id, version_id, sha256, subject, person_id, at, via)
        values ('${newId()}', '${versionId}', '${sha256}', 'x', '${other}', now(), 'app')`),
    );
    await expect(forge).rejects.toThrow();
  });
});

describe("a report of the platform", () => {
  it("W1: takes one, and a list; the earliest use counts, in whatever order they come", async () => {
    const user = newId();
    const early = "2026-01-15T07:00:00Z";
    expect(await post(signed(JSON.stringify(use(user))))).toMatchObject({
      status: 200,
      said: { recorded: 1, known: 0 },
    });
    const list = { acknowledgements: [use(user, { at: early }), use(user), use(newId())] };
    expect((await post(signed(JSON.stringify(list)))).said).toEqual({ recorded: 1, known: 2, refused: [] });
    await post(signed(JSON.stringify(use(user, { at: "2026-03-01T00:00:00Z" }))));
    const [row] = await stored(user);
    expect(row).toMatchObject({ via: "platform", at: new Date(early), report_id: expect.stringMatching(/^msg_/) });
  });

  it("S27: a replay changes nothing; a forged, altered, late or early one is refused with 401", async () => {
    const user = newId();
    const good = signed(JSON.stringify(use(user)));
    const minutes = (n: number) => ({ at: new Date(Date.now() + n * 60_000) });
    const wrong = [
      signed(good.body, { secret: `whsec_${Buffer.alloc(32, 9).toString("base64")}` }),
      { ...good, body: good.body.replace("08:00", "09:00") },
      { ...good, headers: { ...good.headers, "webhook-id": "msg_other" } },
      { ...good, headers: { ...good.headers, "webhook-timestamp": "1e9" } },
      { body: good.body, headers: {} },
      signed(good.body, minutes(-6)),
      signed(good.body, minutes(6)),
    ];
    for (const one of wrong)
      expect(await post(one)).toMatchObject({ status: 401, type: "application/problem+json", said: { status: 401 } });
    expect(await stored(user)).toEqual([]);
    const answers = await Promise.all([post(good), post(good), post(good)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(answers.filter(({ said }) => said.recorded === 1)).toHaveLength(1);
    expect((await post(good)).said).toMatchObject({ replayed: true, recorded: 0 });
    expect(await stored(user)).toHaveLength(1);
  });

  it("names by its place what cannot be one, and keeps the rest", async () => {
    const user = newId();
    const list = [
      use(user),
      use(newId(), { version: 77 }),
      use(newId(), { sha256: "0".repeat(64) }),
      use(newId(), { at: "2025-12-31T23:59:59Z" }),
      use(newId(), { at: Temporal.Now.instant().add({ minutes: 10 }).toString() }),
      use(newId(), { at: "2026-02-31T00:00:00Z" }),
      use(newId(), { version: 2, sha256: sha256Hex("# Two"), at: Temporal.Now.instant().toString() }),
    ];
    const { status, said } = await post(signed(JSON.stringify({ acknowledgements: list })));
    expect(status).toBe(200);
    expect(said.recorded).toBe(1);
    expect(said.refused.map((one: { index: number; code: string }) => `${one.index} ${one.code}`)).toEqual([
      "1 unknown-version",
      "2 other-text",
      "3 before-effect",
      "4 in-the-future",
      "5 no-time",
      "6 before-effect",
    ]);
  });

  it("H4: nonsense is answered with problem details, never thrown; a huge body is not read", async () => {
    const many = { acknowledgements: Array.from({ length: 1001 }, () => use("x")) };
    for (const body of [
      "",
      "{}",
      "[]",
      "null",
      '{"acknowledgements":[]}',
      JSON.stringify(use("", {})),
      JSON.stringify(many),
    ]) {
      const answer = await post(signed(body));
      expect(answer).toMatchObject({ status: 400, type: "application/problem+json" });
    }
    const named = await post(signed(JSON.stringify({ acknowledgements: [use("x", { version: "two" })] })));
    expect(named.said.detail).toContain("acknowledgements.0.version");
    expect((await post(signed("x".repeat(300_000)))).status).toBe(413);
    await fc.assert(
      fc.asyncProperty(fc.json(), async (body) => {
        expect([200, 400]).toContain((await post(signed(body))).status);
      }),
      { numRuns: 30 },
    );
  });

  it("S31: no id of a person stands in the log", async () => {
    const user = `canary-${newId()}`;
    await post(signed(JSON.stringify(use(user))));
    const [entry] = await database.sql`
      select string_agg(convert_from(e.canonical, 'utf8') || p.payload::text, '') as all
      from audit_entries e join audit_payloads p on p.entry_id = e.id`;
    expect(entry?.all).not.toContain(user);
  });
});
