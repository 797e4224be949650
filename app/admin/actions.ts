"use server";

import { revalidatePath } from "next/cache";
import { redirect } from "next/navigation";
import { z } from "zod";
import { type FormState, holderAction, staffAction } from "@/lib/auth/action";
import { dropSession } from "@/lib/auth/browser";
import { endSession } from "@/lib/auth/end-session";
import { type BulkOutcome, bulkCases, bulkCasesInput } from "@/lib/cases/bulk-cases";
import { dropView, dropViewInput } from "@/lib/cases/drop-view";
import { casesOfAddress } from "@/lib/cases/queue";
import { saveView, saveViewInput } from "@/lib/cases/save-view";
import { retryDeadLetter } from "@/lib/jobs/retry-dead-letter";

const roles = ["agent", "officer"] as const;

export const signOut = holderAction(z.object({}), {}, async (ctx) => {
  await endSession(ctx, { sessionId: ctx.actor.sessionId });
  await dropSession();
  redirect("/");
});

export const runAgain = staffAction(z.object({ jobId: z.uuid() }), { roles }, async (ctx, input) => {
  const result = await retryDeadLetter(ctx, input);
  revalidatePath("/admin");
  if (!result.ok) return { reason: result.reason };
});

/** A case as the queue's boxes name it, with the revision that was seen. */
const chosen = z
  .string()
  .regex(/^[0-9a-f-]{36}:\d{1,9}$/, "Choose at least one case.")
  .transform((text) => ({ caseId: text.slice(0, 36), revision: Number(text.slice(37)) }));
const [assign, tag, snooze, spam] = bulkCasesInput.shape.act.options;
const nobodyOrOne = z.union([z.literal("").transform(() => null), z.uuid()]);
const many = z.union([chosen.transform((one) => [one]), z.array(chosen)], "Choose at least one case.");
const bulkForm = z.discriminatedUnion("kind", [
  assign.extend({ to: nobodyOrOne, cases: many }),
  tag.extend({ cases: many }),
  snooze.extend({ cases: many }),
  spam.extend({ cases: many }),
]);

export type BulkState = FormState & { outcomes?: BulkOutcome[] };

/** One thing for many cases. What could not be done is named case by case. */
export const bulk = staffAction<typeof bulkForm, BulkState>(bulkForm, { roles }, async (ctx, { cases, ...act }) => {
  const result = await bulkCases(ctx, { cases, act });
  revalidatePath("/admin");
  if (!result.ok) return { reason: result.reason };
  const { outcomes } = result.value;
  const refused = outcomes[0]?.reason;
  if (refused && outcomes.every(({ reason }) => reason === refused)) return { reason: refused, outcomes };
  return { ok: true, outcomes };
});

export type FoundState = FormState & { found?: { id: string; reference: string; kind: string; closed: boolean }[] };

/** A POST, since an address never stands in a link (rule 8). */
export const findByAddress = staffAction<z.ZodObject<{ address: z.ZodEmail }>, FoundState>(
  z.object({ address: z.email().max(320) }),
  { roles: [...roles, "auditor"] },
  async (ctx, { address }) => {
    const found = await casesOfAddress(ctx, address);
    return {
      ...{ ok: true, values: { address } },
      found: found.map(({ id, reference, kind, closedAt }) => ({ id, reference, kind, closed: closedAt !== null })),
    };
  },
);

export const keepView = staffAction(saveViewInput, { roles: [...roles, "auditor"] }, async (ctx, input) => {
  const result = await saveView(ctx, input);
  revalidatePath("/admin");
  if (!result.ok) return { reason: result.reason };
});

export const forgetView = staffAction(dropViewInput, { roles: [...roles, "auditor"] }, async (ctx, input) => {
  const result = await dropView(ctx, input);
  revalidatePath("/admin");
  if (!result.ok) return { reason: result.reason };
});
