import type { Ctx } from "@/lib/context";
import { decideProposal } from "@/lib/policy/decide-proposal";
import { draft } from "@/lib/policy/drafts";

/** Answers every proposed highlight of a draft as its author, so that it can be handed in. @returns how many there were */
export async function dismissAll(ctx: Ctx, number: number): Promise<number> {
  const found = await draft(ctx, number);
  if (!found) throw new Error("no draft");
  const open = found.proposals.filter(({ decision }) => decision === null);
  for (const { key } of open) {
    const verdict = { decision: "dismissed" as const, reason: "The test has a highlight of its own." };
    const done = await decideProposal(ctx, { versionId: found.version.id, proposal: key, verdict });
    if (!done.ok) throw new Error(done.reason);
  }
  return open.length;
}
