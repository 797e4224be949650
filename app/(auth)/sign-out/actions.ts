"use server";

import { redirect } from "next/navigation";
import { z } from "zod";
import { visitorAction } from "@/lib/auth/action";
import { dropSession } from "@/lib/auth/browser";
import { currentSession } from "@/lib/auth/current";
import { holderActor } from "@/lib/auth/current-session";
import { endSession } from "@/lib/auth/end-session";

/** Ends this session and forgets its cookie; without a session it only forgets. */
export const signOut = visitorAction(z.object({}), {}, async (ctx) => {
  const session = await currentSession();
  if (session) await endSession({ ...ctx, actor: holderActor(session) }, { sessionId: session.sessionId });
  await dropSession();
  redirect("/sign-out");
});
