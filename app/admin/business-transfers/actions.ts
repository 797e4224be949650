"use server";

import { revalidatePath } from "next/cache";
import { z } from "zod";
import { type FormState, staffAction } from "@/lib/auth/action";
import { picked } from "@/lib/auth/picked";
import { approveTransfer, approveTransferInput } from "@/lib/business-transfers/approve-transfer";
import { draftTransfer, transferInput } from "@/lib/business-transfers/draft-transfer";
import { publishTransfer, publishTransferInput } from "@/lib/business-transfers/publish-transfer";
import { transferTarget } from "@/lib/business-transfers/with-transfer";
import { withdrawTransfer } from "@/lib/business-transfers/withdraw-transfer";
import type { Result } from "@/lib/errors";

const officers = { roles: ["officer"] } as const;

function settled(result: Result<unknown>): FormState {
  revalidatePath("/admin/business-transfers");
  return result.ok ? { ok: true } : { reason: result.reason };
}

export const draft = staffAction(z.preprocess(picked("categories"), transferInput), officers, async (ctx, input) =>
  settled(await draftTransfer(ctx, input)),
);

export const approve = staffAction(approveTransferInput, officers, async (ctx, input) =>
  settled(await approveTransfer(ctx, input)),
);

export const publish = staffAction(publishTransferInput, officers, async (ctx, input) =>
  settled(await publishTransfer(ctx, input)),
);

export const withdraw = staffAction(transferTarget, officers, async (ctx, input) =>
  settled(await withdrawTransfer(ctx, input)),
);
