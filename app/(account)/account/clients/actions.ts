"use server";

import { revalidatePath } from "next/cache";
import { redirect } from "next/navigation";
import { z } from "zod";
import { type FormState, holderAction } from "@/lib/auth/action";
import { finishRequest } from "@/lib/clients/finish-request";
import { orderClientErasure, orderClientErasureInput } from "@/lib/clients/order-client-erasure";
import { searchClients, searchClientsInput } from "@/lib/clients/search-clients";

export type SearchState = FormState & { found?: { id: string; name: string; email: string | null }[] };

/** A POST, since names and addresses never stand in a link. */
export const search = holderAction<typeof searchClientsInput, SearchState>(
  searchClientsInput,
  {},
  async (ctx, input) => {
    const result = await searchClients(ctx, input);
    return result.ok ? { ok: true, found: result.value, values: { text: input.text } } : { reason: result.reason };
  },
);

export const finish = holderAction(z.object({ requestId: z.uuid() }), {}, async (ctx, input) => {
  const result = await finishRequest(ctx, input);
  revalidatePath("/account/clients");
  if (!result.ok) return { reason: result.reason };
});

export const erase = holderAction(orderClientErasureInput, { stepUp: true }, async (ctx, input) => {
  const result = await orderClientErasure(ctx, input);
  if (!result.ok) return { reason: result.reason };
  redirect("/account/clients#done");
});
