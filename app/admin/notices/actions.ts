"use server";

import { revalidatePath } from "next/cache";
import { redirect } from "next/navigation";
import { z } from "zod";
import { type FormState, staffAction } from "@/lib/auth/action";
import type { Result } from "@/lib/errors";
import { approveException } from "@/lib/notices/approve-exception";
import { findRecipient } from "@/lib/notices/find-recipient";
import { pauseNotice } from "@/lib/notices/pause-notice";
import { recordSecondWay } from "@/lib/notices/record-second-way";
import { requestException } from "@/lib/notices/request-exception";
import { resumeNotice } from "@/lib/notices/resume-notice";
import { retryFailed } from "@/lib/notices/retry-failed";
import { settleBatch } from "@/lib/notices/settle-batch";
import { stopNotice } from "@/lib/notices/stop-notice";

const officers = ["officer"] as const;
const target = z.object({ noticeId: z.uuid() });

function settled(result: Result<unknown>): FormState {
  revalidatePath("/admin/notices", "layout");
  return result.ok ? { ok: true } : { reason: result.reason };
}

export const pause = staffAction(target, { roles: officers }, async (ctx, input) =>
  settled(await pauseNotice(ctx, input)),
);

export const resume = staffAction(target, { roles: officers }, async (ctx, input) =>
  settled(await resumeNotice(ctx, input)),
);

export const retry = staffAction(target, { roles: officers }, async (ctx, input) =>
  settled(await retryFailed(ctx, input)),
);

const stopReason = z.string().trim().min(3, "Say why, in a few words.").max(500, "At most 500 characters.");

export const stop = staffAction(target.extend({ reason: stopReason }), { roles: officers }, async (ctx, input) =>
  settled(await stopNotice(ctx, input)),
);

const decision = z.enum(["count-as-sent", "send-again"]);

export const settle = staffAction(z.object({ batchId: z.uuid(), decision }), { roles: officers }, async (ctx, input) =>
  settled(await settleBatch(ctx, input)),
);

const exceptionReason = z
  .string()
  .trim()
  .min(10, "Give the reason in a sentence.")
  .max(2000, "At most 2,000 characters.");

export const askException = staffAction(
  target.extend({ reason: exceptionReason }),
  { roles: officers },
  async (ctx, input) => settled(await requestException(ctx, input)),
);

export const grantException = staffAction(
  z.object({ exceptionId: z.uuid() }),
  { roles: officers },
  async (ctx, input) => settled(await approveException(ctx, input)),
);

const how = z.string().trim().min(10, "Say it in a sentence.").max(1000, "At most 1,000 characters.");

export const tellOtherwise = staffAction(
  z.object({ recipientId: z.uuid(), how }),
  { roles: ["agent", "officer"] },
  async (ctx, input) => settled(await recordSecondWay(ctx, input)),
);

/** Reads only, so every role may; a POST since an address never stands in a link. */
export const findPerson = staffAction(
  target.extend({ address: z.string().trim().min(3, "Write the whole address.").max(320) }),
  { roles: ["agent", "officer", "auditor"] },
  async (ctx, input) => {
    const found = await findRecipient(ctx, input);
    if (!found)
      return { reason: "not-found", fields: { address: "Nobody with exactly this address is among the recipients." } };
    redirect(`/admin/notices/${input.noticeId}?person=${encodeURIComponent(found.platformUserId)}#recipients`);
  },
);
