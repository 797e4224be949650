import { eq } from "drizzle-orm";
import { submitDataRequest } from "../lib/cases/submit-data-request";
import { submitDeletion } from "../lib/cases/submit-deletion";
import { submitInquiry } from "../lib/cases/submit-inquiry";
import { submitPlainRequest } from "../lib/cases/submit-plain-request";
import { type Ctx, systemCtx, visitorCtx } from "../lib/context";
import { findPlatformPerson } from "../lib/data-map/find-platform-person";
import { cases, people } from "../lib/db/schema";
import { withTransaction } from "../lib/db/transaction";
import { newId } from "../lib/ids";

type Holder = { ctx: (hoursAgo: number) => Ctx; email: string };

/** A person of the platform as their first sign-in here would have made them; null without such a user. */
async function holder(email: string, now: Temporal.Instant): Promise<Holder | null> {
  const platform = await findPlatformPerson(email);
  if (!platform) return null;
  const personId = await withTransaction(systemCtx("demo:cases"), async (tx) => {
    const [known] = await tx.db.select({ id: people.id }).from(people).where(eq(people.email, email));
    if (known) return known.id;
    const id = newId();
    const { name, language, timeZone, userId, companyId, owner } = platform;
    await tx.db.insert(people).values({
      ...{ id, email, name, language, timeZone },
      platformUserId: userId,
      platformCompanyId: companyId,
      platformOwner: owner,
      linkedAt: tx.now,
    });
    return id;
  });
  const ctx = (hoursAgo: number): Ctx => {
    const at = now.subtract({ minutes: Math.round(hoursAgo * 60) });
    const actor = { kind: "holder", personId, sessionId: newId(), steppedUpAt: at, freshUntil: null } as const;
    return { actor, requestId: newId(), clock: () => at };
  };
  return { ctx, email };
}

const must = <T>(result: { ok: true; value: T } | { ok: false; reason: string }): T => {
  if (!result.ok) throw new Error(`the demo's cases: ${result.reason}`);
  return result.value;
};

/**
 * A handful of cases for the desk, through the real use cases as their people would have made them:
 * late, due within the day, fresh, in its grace period, answered by a package. Nobody has answered
 * any. Does nothing once there is a case.
 */
export async function seedCases(now: Temporal.Instant = Temporal.Now.instant()): Promise<void> {
  const any = await withTransaction(systemCtx("demo:cases"), (tx) =>
    tx.db.select({ id: cases.id }).from(cases).limit(1),
  );
  if (any.length > 0) return;
  const [noor, tomasz, ines] = await Promise.all(
    ["noor.haddad@brightpipe.example", "tomasz.novak@brightpipe.example", "ines.duarte@kestrel-clean.example"].map(
      (email) => holder(email, now),
    ),
  );
  await question(now, 74.5, "Kim Sommer", "kim.sommer@private-mail.example", tenant);
  await question(now, 20, "", "lee.okafor@private-mail.example", curious);
  if (noor) {
    must(
      await submitPlainRequest(noor.ctx(66), {
        kind: "correction",
        message: correction,
        idempotencyKey: "demo-correction",
      }),
    );
    must(
      await submitDataRequest(noor.ctx(5), { kind: "access", scope: "company", idempotencyKey: "demo-company-access" }),
    );
  }
  if (tomasz) {
    must(
      await submitPlainRequest(tomasz.ctx(31), {
        kind: "objection",
        message: objection,
        idempotencyKey: "demo-objection",
      }),
    );
  }
  if (ines) {
    must(await submitDeletion(ines.ctx(49), { scope: "person", confirmation: ines.email }));
  }
}

async function question(now: Temporal.Instant, hoursAgo: number, name: string, email: string, message: string) {
  const at = now.subtract({ minutes: Math.round(hoursAgo * 60) });
  const ctx: Ctx = { ...visitorCtx(), clock: () => at };
  must(await submitInquiry(ctx, { name, email, message, idempotencyKey: `demo-${email}`, network: null }));
}

const tenant =
  "Hello, a lift company came to our building in May and the technician typed my phone number into an app of yours. I never agreed to that. Which data do you have about me, and who can see it?";
const curious =
  "Your policy says that usage logs are kept for two years. From when does that count: from the day itself, or from when I close my account?";
const correction =
  "My invoices still go to Brightpipe Old Yard, 3 Mill Lane. We moved in March: the right address is 18 Harbour Street, Bristol. Please put that right everywhere.";
const objection =
  "I do not want my clicks in the app to be used to plan new features. Please stop using my usage data for that. The rest is fine.";
