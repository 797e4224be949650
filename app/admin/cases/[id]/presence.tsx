import { PresenceNote } from "@/components/desk/presence-note";
import { keepPresence } from "@/lib/cases/keep-presence";
import type { StaffCtx } from "@/lib/context";

/** Who else has the case open, while it is looked at. */
export async function Presence({ ctx, caseId }: { ctx: StaffCtx; caseId: string }) {
  const found = await keepPresence(ctx, { caseId });
  return <PresenceNote key={caseId} caseId={caseId} names={found.ok ? found.value.map(({ name }) => name) : []} />;
}
