import { describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { holders, makeNotice, stream } from "@/test/notices";
import { holderCtx, makePerson } from "@/test/people";
import { submitPlainRequest } from "../cases/submit-plain-request";
import { systemCtx, visitorCtx } from "../context";
import { newId } from "../ids";
import { deliverNotice } from "../notices/deliver-notice";
import { freezeRecipients } from "../notices/freeze-recipients";
import type { Line } from "./entries";
import { openOwnEvidence } from "./open-own-evidence";
import { evidenceKeys } from "./signing-keys";
import { timelinePage } from "./timeline";
import { verifyEvidence } from "./verify-evidence";

testDatabase();

/** Two people who were both told of a version and each sent requests of their own. */
async function two(requests: number) {
  const { noticeId } = await makeNotice();
  const [a, b] = holders(2);
  if (!a || !b) throw new Error("no holders");
  const ids = [];
  for (const one of [a, b]) ids.push(await makePerson({ platformUserId: one.userId, email: one.email }));
  await freezeRecipients(systemCtx("test"), { noticeId }, () => stream([a, b]));
  await deliverNotice(systemCtx("test"), { noticeId });
  const [first, second] = ids.map((id) => holderCtx(String(id)));
  if (!first || !second) throw new Error("no people");
  for (const ctx of [first, second])
    for (let i = 0; i < requests; i++) {
      const made = await submitPlainRequest(ctx, {
        kind: "objection",
        message: "Please stop.",
        idempotencyKey: newId(),
      });
      if (!made.ok) throw new Error(made.reason);
    }
  return { first, second, a, b };
}

async function linesOf(ctx: Parameters<typeof openOwnEvidence>[0]): Promise<string[]> {
  const opened = await openOwnEvidence(ctx);
  if (!opened.ok) throw new Error(opened.reason);
  let text = "";
  for await (const part of opened.value.lines) text += part;
  return text.trimEnd().split("\n");
}

describe("a person's timeline", () => {
  it("holds what happened with them, newest first, page by page, and nothing of anybody else", async () => {
    const { first, second } = await two(3);
    const all = (await timelinePage(first, { limit: 200 })).items;
    expect(all.map((item) => item.kind).sort()).toEqual([
      ...Array(3).fill("case.acknowledged"),
      ...Array(3).fill("case.received"),
      "notice.announced",
      "notice.delivered",
      "notice.sent",
    ]);
    const paged: string[] = [];
    let before: string | undefined;
    do {
      const page = await timelinePage(first, { before, limit: 2 });
      paged.push(...page.items.map((item) => item.key));
      before = page.next ?? undefined;
    } while (before);
    expect(paged).toEqual(all.map((item) => item.key));
    expect(all.map((item) => item.at)).toEqual(
      all
        .map((item) => item.at)
        .toSorted()
        .reverse(),
    );
    const other = (await timelinePage(second, { limit: 200 })).items.map((item) => item.key);
    expect(all.some((item) => other.includes(item.key))).toBe(false);
    expect(await timelinePage(visitorCtx(), { limit: 5 })).toEqual({ items: [], next: null });
    // A cursor somebody made up begins at the newest.
    expect((await timelinePage(first, { before: "~'; drop", limit: 200 })).items).toEqual(all);
  });

  it("as a file is sound, has the very mail, and holds nobody else's address", async () => {
    const { first, a, b } = await two(1);
    const lines = await linesOf(first);
    const verdict = await verifyEvidence(
      (async function* () {
        yield* lines;
      })(),
      { keys: await evidenceKeys(), to: a.email },
    );
    expect(verdict).toMatchObject({ ok: true, recipients: 1, recomputed: 1, addressed: [expect.any(Number)] });
    expect(lines.join("")).not.toContain(b.email);
    const events = lines.map((line) => (JSON.parse(line) as Line).entry).filter((entry) => entry.type === "event");
    expect(events.length).toBe((await timelinePage(first, { limit: 200 })).items.length);
  });

  it("S14: the file asks for a fresh proof", async () => {
    const ctx = holderCtx(await makePerson());
    const stale = { ...ctx, actor: { ...ctx.actor, steppedUpAt: null } } as typeof ctx;
    expect(await openOwnEvidence(stale)).toMatchObject({ reason: "step-up-required" });
    expect(await openOwnEvidence(visitorCtx())).toMatchObject({ reason: "sign-in-required" });
    expect((await linesOf(ctx)).length).toBe(2);
  });
});
