import { expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { holderCtx, makePerson } from "@/test/people";
import { systemCtx } from "../context";
import { newId } from "../ids";
import { allowUse } from "../processing/allow-use";
import { objectToUse } from "../processing/object-to-use";
import { restrictUse } from "../processing/restrict-use";
import { takeBack } from "../processing/take-back";
import { rightsInUse } from "./rights-in-use";

testDatabase();

it("L3 R8: the statement lists what is stopped, limited and allowed, as it stood when the writing began", async () => {
  const personId = await makePerson({ platformUserId: `u-${newId()}` });
  const start = Temporal.Instant.from("2026-05-03T10:00:00Z");
  const ctx = (hours: number) => holderCtx(personId, () => start.add({ hours }));
  const asked = { idempotencyKey: newId() };
  await objectToUse(ctx(0), { ...asked, purpose: "improvement" });
  const objected = await objectToUse(ctx(1), { purpose: "communication", idempotencyKey: newId() });
  await restrictUse(ctx(2), { purpose: "", basis: "claims", idempotencyKey: newId() });
  await allowUse(ctx(3), { purpose: "service-delivery" });
  if (objected.ok) await takeBack(ctx(5), { recordId: objected.value.recordId });
  const at = async (hours: number) =>
    (await rightsInUse(systemCtx("test"), { personId, at: start.add({ hours }), but: newId() })).limits.map(
      ({ what, use, state }) => `${what}: ${use}: ${state}`,
    );
  const all = [
    "You objected: improvement and analytics: in force",
    "You objected: communication: in force, and being weighed by a person",
    "You had it limited: every use: in force, and being weighed by a person",
    "It goes on under a limit: service delivery: as you allowed",
  ];
  expect(await at(-1)).toEqual([]);
  expect(await at(4)).toEqual(all);
  expect(await at(6)).toEqual(all.filter((line) => !line.includes("communication")));
});
