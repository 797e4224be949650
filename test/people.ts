import { type Actor, type Ctx, type StaffRole, systemCtx } from "@/lib/context";
import { people, staff } from "@/lib/db/schema";
import { withTransaction } from "@/lib/db/transaction";
import { newId } from "@/lib/ids";

/** A person of this test's own; nothing is shared between tests. */
export async function makePerson(values: Partial<typeof people.$inferInsert> = {}): Promise<string> {
  const id = newId();
  await withTransaction(systemCtx("test"), (tx) =>
    tx.db.insert(people).values({ id, email: `p-${id}@example.test`, name: "Test Person", ...values }),
  );
  return id;
}

export async function makeStaff(role: StaffRole): Promise<{ staffId: string; personId: string }> {
  const personId = await makePerson();
  const staffId = newId();
  await withTransaction(systemCtx("test"), (tx) =>
    tx.db.insert(staff).values({ id: staffId, personId, role, displayName: `Test ${role}` }),
  );
  return { staffId, personId };
}

const ctx = (actor: Actor, clock?: () => Temporal.Instant): Ctx => ({
  actor,
  requestId: newId(),
  ...(clock ? { clock } : {}),
});

export function holderCtx(personId: string, clock?: () => Temporal.Instant): Ctx {
  const steppedUpAt = clock ? clock() : Temporal.Now.instant();
  return ctx({ kind: "holder", personId, sessionId: newId(), steppedUpAt, freshUntil: null }, clock);
}

export function staffCtx(
  who: { staffId: string; personId: string },
  role: StaffRole,
  clock?: () => Temporal.Instant,
): Ctx {
  const steppedUpAt = clock ? clock() : Temporal.Now.instant();
  return ctx({ kind: "staff", ...who, role, sessionId: newId(), steppedUpAt }, clock);
}
