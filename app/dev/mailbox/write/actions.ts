"use server";

import { redirect } from "next/navigation";
import { visitorAction } from "@/lib/auth/action";
import { localMailInput, writeLocalMail } from "@/lib/cases/write-local-mail";

export const send = visitorAction(localMailInput, {}, async (ctx, input) => {
  const result = await writeLocalMail(ctx, input);
  if (!result.ok) return { reason: result.reason };
  redirect("/dev/mailbox/write?sent=1");
});
