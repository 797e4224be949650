import { describe, expect, it } from "vitest";
import { GET, POST } from "@/app/(public)/unsubscribe/one-click/route";
import { testDatabase } from "@/test/database";
import { holderCtx, makePerson } from "@/test/people";
import { systemCtx, visitorCtx } from "../context";
import { newId } from "../ids";
import { clearMailRecords } from "./clear-mail-records";
import { wantedKinds } from "./queries";
import { setPreferences } from "./set-preferences";
import { unsubscribe } from "./unsubscribe";
import { unsubscribeToken, waysOut } from "./unsubscribe-token";

const database = testDatabase();
const addressOf = (personId: string) =>
  String(/<(.*)>/.exec(waysOut(personId, "case-updates").headers["List-Unsubscribe"] ?? "")?.[1]);
const oneClick = (url: string) =>
  POST(new Request(url, { method: "POST", body: new URLSearchParams({ "List-Unsubscribe": "One-Click" }) }));

describe("preferences", () => {
  it("are the person's own, and leave what cannot be ended alone", async () => {
    const [mine, other] = [await makePerson(), await makePerson()];
    expect(await wantedKinds(holderCtx(mine))).toEqual(["case-updates", "package-updates"]);
    expect(await setPreferences(holderCtx(mine), { wanted: ["case-updates"] })).toMatchObject({ ok: true });
    expect(await setPreferences(holderCtx(mine), { wanted: ["case-updates"] })).toMatchObject({ ok: true });
    expect(await wantedKinds(holderCtx(mine))).toEqual(["case-updates"]);
    expect(await wantedKinds(holderCtx(other))).toEqual(["case-updates", "package-updates"]);
    expect(await setPreferences(holderCtx(mine), { wanted: ["security"] as never })).toMatchObject({
      reason: "invalid-input",
    });
    expect(await setPreferences(visitorCtx(), { wanted: [] })).toMatchObject({ reason: "sign-in-required" });
    await setPreferences(holderCtx(mine), { wanted: ["case-updates", "package-updates"] });
    expect(await wantedKinds(holderCtx(mine))).toEqual(["case-updates", "package-updates"]);
  });
});

describe("housekeeping", () => {
  it("S27: keeps the ids of reports for 90 days, and no content of a mail that was never taken", async () => {
    await database.sql`insert into webhook_receipts (id, source, type, received_at) values
      ('old', 'resend', 'email.sent', now() - interval '91 days'), ('kept', 'resend', 'email.sent', now() - interval '89 days')`;
    await database.sql`insert into outgoing_mails (id, template, sealed, idempotency_key, created_at) values
      (${newId()}, 'x', 'secret', 'stale', now() - interval '8 days'), (${newId()}, 'x', 'secret', 'fresh', now())`;
    await clearMailRecords(systemCtx("job"));
    await clearMailRecords(systemCtx("job"));
    expect((await database.sql`select id from webhook_receipts`).map((row) => row.id)).toEqual(["kept"]);
    const mails =
      await database.sql`select idempotency_key as key, sealed is null as erased from outgoing_mails order by 1`;
    expect(mails.map((row) => [row.key, row.erased])).toEqual([
      ["fresh", false],
      ["stale", true],
    ]);
  });
});

describe("unsubscribing by the link of a mail", () => {
  it("S28: a POST without session ends one kind of mail, once", async () => {
    const personId = await makePerson();
    expect((await oneClick(addressOf(personId))).status).toBe(200);
    expect((await oneClick(addressOf(personId))).status).toBe(200);
    expect(await wantedKinds(holderCtx(personId))).toEqual(["package-updates"]);
    const entries = await database.sql`
      select actor_id from audit_entries where object_id = ${personId} and action = 'mail-preferences.unsubscribed'`;
    expect(entries.map((entry) => entry.actor_id)).toEqual(["unsubscribe-link"]);
  });

  it("S28: a GET changes nothing and leads to the page with the button", async () => {
    const personId = await makePerson();
    const answer = GET(new Request(addressOf(personId)));
    expect(answer.status).toBe(303);
    expect(answer.headers.get("location")).toBe(`/unsubscribe?token=${unsubscribeToken(personId, "case-updates")}`);
    expect(await wantedKinds(holderCtx(personId))).toHaveLength(2);
  });

  it("S28: a forged token and the token of somebody who is gone get the same answer", async () => {
    const personId = await makePerson();
    const forged = addressOf(personId).replace("case-updates", "package-updates");
    expect((await oneClick(forged)).status).toBe(404);
    expect((await oneClick(addressOf(newId()))).status).toBe(404);
    expect((await oneClick("http://localhost:3000/unsubscribe/one-click")).status).toBe(404);
    expect(await unsubscribe(visitorCtx(), { token: "a.b.c" })).toEqual({ ok: false, reason: "not-found" });
    expect(await wantedKinds(holderCtx(personId))).toHaveLength(2);
  });
});
