import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { holders, makeNotice, stream } from "@/test/notices";
import { holderCtx, makePerson, makeStaff, staffCtx } from "@/test/people";
import { systemCtx } from "../context";
import { privateKeyOf, publicKey, publicKeyOf } from "../crypto/ed25519";
import { deliverNotice } from "../notices/deliver-notice";
import { freezeRecipients } from "../notices/freeze-recipients";
import { type Entry, type Line, makeSealer } from "./entries";
import { openNoticeEvidence } from "./open-notice-evidence";
import { evidenceKeys } from "./signing-keys";
import { type VerifyOptions, verifyEvidence } from "./verify-evidence";

const database = testDatabase();
let noticeId = "";
let people: ReturnType<typeof holders> = [];

beforeAll(async () => {
  const made = await makeNotice();
  noticeId = made.noticeId;
  people = holders(230);
  // Values that look like places or markup must come out of the template as they went into the mail.
  const odd = people[7];
  if (odd) odd.email = "o'{{id}}&co@Ünicode.example";
  await freezeRecipients(systemCtx("test"), { noticeId }, () => stream(people));
  await deliverNotice(systemCtx("test"), { noticeId });
});

async function textOf(lines: AsyncIterable<string>): Promise<string> {
  let text = "";
  for await (const part of lines) text += part;
  return text;
}

async function pack(addresses: boolean): Promise<string> {
  const ctx = staffCtx(await makeStaff("officer"), "officer");
  const opened = await openNoticeEvidence(ctx, { noticeId, addresses });
  if (!opened.ok) throw new Error(opened.reason);
  return textOf(opened.value.lines);
}

const verify = (text: string, options?: VerifyOptions) =>
  verifyEvidence(
    (async function* () {
      yield* text.split("\n");
    })(),
    options,
  );

describe("the evidence of a notice", () => {
  it("is sound, and every mail's hash is computed anew from the template and the recipient's values", async () => {
    const text = await pack(true);
    const keys = await evidenceKeys();
    expect(await verify(text, { keys })).toMatchObject({ ok: true, recipients: 230, recomputed: 230 });
    const recipients = entriesOf(text).filter((one) => one.type === "recipient");
    expect(recipients.map((one) => one.address).sort()).toEqual(people.map((one) => one.email).sort());
    expect(recipients[0]).toMatchObject({ state: "delivered", events: [{ type: "email.delivered" }] });
  });

  it("S31: without addresses holds none, and still says whether one address was told", async () => {
    const text = await pack(false);
    for (const { email, userId } of people) {
      expect(text).not.toContain(email);
      expect(text).not.toContain(userId);
    }
    const address = String(people[3]?.email);
    const verdict = await verify(text, { to: address });
    expect(verdict).toMatchObject({ ok: true, recomputed: 0 });
    expect((verdict as { addressed: number[] }).addressed).toHaveLength(1);
    expect(await verify(text, { to: "stranger@x.example" })).toMatchObject({ ok: true, addressed: [] });
  });

  it("stays checkable after the configuration and the notice's zones are written otherwise", async () => {
    const text = await pack(true);
    const [mail] = entriesOf(text).filter((one) => one.type === "mail");
    await database.sql`update notice_contents set envelope = '{"from":"Else <e@x.example>","replyTo":"r@x.example"}'
      where notice_id = ${noticeId}`;
    const other = await pack(true);
    await database.sql`update notice_contents set envelope = ${database.sql.json({
      from: JSON.parse(String(mail?.template)).from,
      replyTo: JSON.parse(String(mail?.template)).reply_to,
    })} where notice_id = ${noticeId}`;
    // The envelope is what was kept, not what is configured: another one gives another hash.
    expect(await verify(other)).toMatchObject({ ok: false, why: "has the hash of another mail" });
    expect(await verify(await pack(true))).toMatchObject({ ok: true, recomputed: 230 });
  });

  it("names the first entry that was altered, dropped, added, moved or cut off, whichever it is", async () => {
    const lines = (await pack(true)).trimEnd().split("\n");
    const count = lines.length;
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: count - 2 }),
        fc.constantFrom("alter", "drop", "repeat", "swap", "cut", "strip-signature"),
        async (at, kind) => {
          const changed = tampered(lines, at, kind);
          const verdict = await verify(changed.join("\n"));
          expect(verdict, `${kind} at ${at + 1}`).toMatchObject({ ok: false });
          // A swapped or dropped line is noticed where the wrong one stands; a repeated one right after.
          const named = kind === "repeat" || kind === "cut" ? at + 2 : at + 1;
          expect((verdict as { entry: number }).entry, kind).toBe(named);
        },
      ),
      { numRuns: 40 },
    );
  });

  it("names an altered entry also when its chain was made anew to the end", async () => {
    const entries = entriesOf(await pack(true));
    const forger = {
      privateKey: privateKeyOf(Buffer.alloc(32, 5)),
      publicKey: publicKeyOf(privateKeyOf(Buffer.alloc(32, 5))),
    };
    const genuine = (await pack(true)).trimEnd().split("\n");
    const at = 100;
    const line = makeSealer(forger);
    const forged = entries.map((entry, index) => {
      const { n: _n, type, ...facts } = index === at ? { ...entry, state: "bounced" } : entry;
      const made = line(type, facts).trimEnd();
      return index < at ? String(genuine[index]) : made;
    });
    expect(await verify(forged.join("\n"))).toMatchObject({ ok: false, entry: at + 1 });
  });

  it("signed by somebody else throughout is refused with the published keys at hand", async () => {
    const privateKey = privateKeyOf(Buffer.alloc(32, 5));
    const line = makeSealer({ privateKey, publicKey: publicKeyOf(privateKey) });
    const forged = entriesOf(await pack(true)).map(({ n: _n, type, ...facts }) =>
      line(type, type === "header" ? { ...facts, key: publicKeyOf(privateKey) } : facts),
    );
    expect(await verify(forged.join(""))).toMatchObject({ ok: true });
    expect(await verify(forged.join(""), { keys: await evidenceKeys() })).toMatchObject({ ok: false, entry: 1 });
  });

  it("a header whose key is none is refused", async () => {
    const privateKey = privateKeyOf(Buffer.alloc(32, 5));
    const line = makeSealer({ privateKey, publicKey: publicKeyOf(privateKey) });
    const [header] = entriesOf(await pack(true));
    const text = line("header", { ...header, key: publicKey("none") });
    expect(await verify(text)).toMatchObject({ ok: false, entry: 1, why: "names something that is no key" });
  });

  it("H4: any text is answered, never thrown", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), async (text) => {
        expect(await verify(text)).toMatchObject({ ok: false });
      }),
    );
    for (const line of ["{}", "[]", "null", '{"entry":{"n":1,"type":"header"},"chain":"x","signature":"y"}'])
      expect(await verify(line)).toMatchObject({ ok: false, entry: 1 });
  });

  it("a text with the ends of lines that JSON allows stays one line", async () => {
    const privateKey = privateKeyOf(Buffer.alloc(32, 5));
    const line = makeSealer({ privateKey, publicKey: publicKeyOf(privateKey) })("x", { text: "a\u2028b\u2029c\nd" });
    expect(line.trimEnd().split(/[\n\u2028\u2029]/)).toHaveLength(1);
    expect(JSON.parse(line).entry.text).toBe("a\u2028b\u2029c\nd");
  });
});

describe("who may take it", () => {
  it("S14: officers and auditors with a fresh proof, addresses for officers alone, each time on record", async () => {
    const [officer, auditor, agent] = [
      await makeStaff("officer"),
      await makeStaff("auditor"),
      await makeStaff("agent"),
    ];
    const stale = staffCtx(officer, "officer");
    stale.actor = { ...stale.actor, steppedUpAt: null } as typeof stale.actor;
    const take = (ctx: Parameters<typeof openNoticeEvidence>[0], addresses = false) =>
      openNoticeEvidence(ctx, { noticeId, addresses });
    expect(await take(stale)).toMatchObject({ reason: "step-up-required" });
    expect(await take(staffCtx(agent, "agent"))).toMatchObject({ reason: "not-allowed" });
    expect(await take(holderCtx(await makePerson()))).toMatchObject({ reason: "not-allowed" });
    expect(await take(staffCtx(auditor, "auditor"), true)).toMatchObject({ reason: "not-allowed" });
    expect(await take(staffCtx(auditor, "auditor"))).toMatchObject({ ok: true });
    const [entry] = await database.sql`
      select p.payload from audit_entries e join audit_payloads p on p.entry_id = e.id
      where e.action = 'notice.evidence-taken' and e.actor_id = ${auditor.staffId}`;
    expect(entry?.payload).toEqual({ addresses: false });
    const nothing = await openNoticeEvidence(staffCtx(officer, "officer"), { noticeId: crypto.randomUUID() });
    expect(nothing).toMatchObject({ reason: "not-found" });
  });
});

const entriesOf = (text: string): Entry[] =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => (JSON.parse(line) as Line).entry);

function tampered(lines: string[], at: number, kind: string): string[] {
  const line = String(lines[at]);
  const next = String(lines[at + 1]);
  if (kind === "drop") return lines.toSpliced(at, 1);
  if (kind === "repeat") return lines.toSpliced(at, 0, line);
  if (kind === "swap") return lines.toSpliced(at, 2, next, line);
  if (kind === "cut") return lines.slice(0, at + 1);
  const parsed = JSON.parse(line) as Line;
  if (kind === "strip-signature") parsed.signature = "A".repeat(86);
  else parsed.entry = { ...parsed.entry, added: true };
  return lines.with(at, JSON.stringify(parsed));
}
