import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { makeStaff, staffCtx } from "@/test/people";
import { systemCtx, visitorCtx } from "../context";
import { newId } from "../ids";
import { inForce } from "./queries";
import { takeOverVersion } from "./take-over-version";

const database = testDatabase();
const markdown = readFileSync("policy/operno/1.md", "utf8");
const at = Temporal.Instant.from("2025-05-28T00:00:00Z");
const version = { number: 1, markdown, announcedAt: at, effectiveAt: at };
const operator = systemCtx("cli:policy-import");

it("S15: the policy from before is in force at once; what lies ahead, or comes after two people published, is refused", async () => {
  expect(await takeOverVersion(staffCtx(await makeStaff("officer"), "officer"), version)).toMatchObject({ ok: false });
  const ahead = Temporal.Now.instant().add({ hours: 1 });
  for (const time of [{ effectiveAt: ahead }, { announcedAt: ahead, effectiveAt: ahead }])
    expect(await takeOverVersion(operator, { ...version, ...time })).toEqual({ ok: false, reason: "not-yet" });
  expect(await inForce(visitorCtx())).toBeNull();

  expect((await takeOverVersion(operator, version)).ok).toBe(true);
  expect(await inForce(visitorCtx())).toMatchObject({ number: 1, announcedAt: at, effectiveAt: at });
  // The same again changes nothing, and a stored text is never replaced.
  expect((await takeOverVersion(operator, version)).ok).toBe(true);
  const other = { ...version, markdown: markdown.replace("your account", "an account") };
  expect(await takeOverVersion(operator, other)).toEqual({ ok: false, reason: "conflict" });

  const author = await makeStaff("officer");
  await database.sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx`insert into policy_versions (id, number, title, markdown, sha256, author_id, submitted_at, announced_at, effective_at)
      select ${newId()}, 2, title, markdown, sha256, ${author.staffId}, now(), now(), now() + interval '40 days' from policy_versions`;
  });
  expect(await takeOverVersion(operator, { ...version, number: 3 })).toEqual({ ok: false, reason: "overtaken" });
});
