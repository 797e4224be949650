import { expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { demoPlatformPerTest } from "@/test/demo-platform";
import { holderCtx, makePerson, makeStaff, staffCtx } from "@/test/people";
import { sendRequest, tokenOf } from "@/test/ways-in";
import { visitorCtx } from "../context";
import { agentPermissions, caseTokens, identityProofs } from "../db/schema";
import { withTransaction } from "../db/transaction";
import { newId } from "../ids";
import { mintToken } from "./case-token";
import { proveIdentity } from "./prove-identity";

const database = testDatabase();
demoPlatformPerTest();

it("S20: proofs, permissions and tokens are nobody's to read but the system's, and staff's as far as they decide by them", async () => {
  const person = await makePerson();
  const email = `p-${person}@example.test`;
  const agent = `alex-${newId()}@agents.example`;
  const asked = { kind: "objection", name: "Alex", email: agent, subjectEmail: email, message: "Stop." } as const;
  const { reference } = await sendRequest(database.sql, asked);
  expect(
    (await proveIdentity(visitorCtx(), { token: await tokenOf(database.sql, email, "identity-ask"), network: null }))
      .ok,
  ).toBe(true);
  const [row] = await database.sql`select id from cases where reference = ${reference}`;
  const caseId = String(row?.id);
  const desk = staffCtx(await makeStaff("agent"), "agent");
  const seen = async (ctx: typeof desk) =>
    withTransaction(ctx, async (tx) => [
      (await tx.db.select().from(identityProofs)).length,
      (await tx.db.select().from(agentPermissions)).length,
      (await tx.db.select().from(caseTokens)).length,
    ]);
  expect(await seen(desk)).toEqual([1, 1, 0]);
  // Not even the subject: what they may see, they see by their link.
  expect(await seen(holderCtx(person))).toEqual([0, 0, 0]);
  expect(await seen(visitorCtx())).toEqual([0, 0, 0]);

  const mint = (ctx: typeof desk, purpose: "status" | "proof" | "session") =>
    withTransaction(ctx, (tx) => mintToken(tx, { caseId, purpose, bearer: "subject" }));
  await expect(mint(desk, "status")).resolves.toBeDefined();
  for (const purpose of ["proof", "session"] as const) await expect(mint(desk, purpose)).rejects.toThrow();
  for (const ctx of [staffCtx(await makeStaff("auditor"), "auditor"), holderCtx(person), visitorCtx()])
    await expect(mint(ctx, "status")).rejects.toThrow();
  const sign = withTransaction(desk, (tx) =>
    tx.db.update(identityProofs).set({ provedAt: tx.now }).returning({ id: identityProofs.caseId }),
  );
  expect(await sign).toEqual([]);
});
