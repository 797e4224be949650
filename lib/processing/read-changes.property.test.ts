import fc from "fast-check";
import { expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { holderCtx, makePerson } from "@/test/people";
import { type HolderCtx, systemCtx } from "../context";
import { newId } from "../ids";
import { honourSignal } from "./honour-signal";
import { objectToUse } from "./object-to-use";
import { objectable } from "./purposes";
import { readChanges } from "./read-changes";
import { restrictUse } from "./restrict-use";
import { takeBack } from "./take-back";

const database = testDatabase();
const reader = systemCtx("test");

async function person() {
  const platformUserId = `u-${newId()}`;
  return { platformUserId, ctx: holderCtx(await makePerson({ platformUserId })) as HolderCtx };
}

const newest = async () =>
  Number((await database.sql`select coalesce(max(id), 0)::int as max from processing_changes`)[0]?.max);

const stepArbitrary = fc.record({
  who: fc.nat(4),
  what: fc.constantFrom("object" as const, "object" as const, "restrict" as const, "signal" as const),
  purpose: fc.constantFrom(...objectable),
  back: fc.boolean(),
  wait: fc.nat(15),
});

it("H2: whoever reads on from the last number misses nothing and sees nothing twice, however many write at once", async () => {
  // The queue looks up what it does not know through the pool that the others keep busy.
  const first = await person();
  await objectToUse(first.ctx, { purpose: "improvement", idempotencyKey: newId() });
  const limit = await restrictUse(first.ctx, { purpose: "", basis: "claims", idempotencyKey: newId() });
  if (limit.ok) await takeBack(first.ctx, { recordId: limit.value.recordId });
  await fc.assert(
    fc.asyncProperty(fc.array(stepArbitrary, { minLength: 8, maxLength: 24 }), async (steps) => {
      const people = await Promise.all([0, 1, 2, 3, 4].map(person));
      const begin = await newest();
      let after = begin;
      const seen: number[] = [];
      let writing = true;
      const reading = (async () => {
        for (let last = false; !last; ) {
          last = !writing;
          const page = await readChanges(reader, { after });
          for (const { id } of page.changes) seen.push(id);
          after = page.next;
        }
      })();
      await Promise.all(
        steps.map(async ({ who, what, purpose, back, wait }) => {
          const ctx = people[who]?.ctx;
          if (!ctx) return;
          await new Promise((done) => setTimeout(done, wait));
          const input = { purpose, idempotencyKey: newId() };
          if (what === "signal") await honourSignal(ctx);
          else {
            const made = await (what === "object"
              ? objectToUse(ctx, input)
              : restrictUse(ctx, { ...input, basis: "claims" }));
            if (made.ok && back) await takeBack(ctx, { recordId: made.value.recordId });
          }
        }),
      );
      writing = false;
      await reading;
      const all = await database.sql`select id::int as id from processing_changes where id > ${begin} order by id`;
      expect(seen).toEqual(all.map(({ id }) => id));
      expect(seen).toEqual([...new Set(seen)].toSorted((a, b) => a - b));
    }),
    { numRuns: 6, endOnFailure: true },
  );
}, 120_000);

it("H2: a number that is seen has no smaller one to come, though its transaction began first", async () => {
  const [slow, quick] = await Promise.all([person(), person()]);
  const begin = await newest();
  const insert = (
    id: string,
  ) => `insert into processing_records (id, kind, person_id, purpose, source, asked_at, in_effect_from)
    select '${id}', 'objection', id, 'communication', 'person', now(), now() from people where platform_user_id = `;
  let second: Promise<unknown> | undefined;
  await database.sql.begin(async (sql) => {
    await sql.unsafe(`${insert(newId())}'${slow.platformUserId}'`);
    // The other one comes later and would be done first; it has to wait.
    second = objectToUse(quick.ctx, { purpose: "communication", idempotencyKey: newId() });
    await new Promise((done) => setTimeout(done, 300));
    expect((await readChanges(reader, { after: begin })).changes).toEqual([]);
  });
  await second;
  const { changes, more } = await readChanges(reader, { after: begin });
  expect(changes.map(({ subject }) => subject)).toEqual([slow.platformUserId, quick.platformUserId]);
  expect(more).toBe(false);
  expect(changes[1]).toMatchObject({ kind: "objection", purpose: "communication", system: null, what: "asked" });
});

it("who has no account on the platform is in no feed, and nothing new gives the same place again", async () => {
  const stranger = holderCtx(await makePerson());
  const next = await newest();
  await objectToUse(stranger, { purpose: "communication", idempotencyKey: newId() });
  expect(await readChanges(reader, { after: next })).toEqual({ changes: [], next, more: false });
});
