import type { FormState } from "@/lib/auth/action";

export type CaseAction = (state: FormState, form: FormData) => Promise<FormState>;
export type CaseAt = { caseId: string; revision: number };

/** Which case a form is about, and which state of it the person was looking at. */
export function CaseTarget({ caseId, revision }: CaseAt) {
  return (
    <>
      <input type="hidden" name="caseId" value={caseId} />
      <input type="hidden" name="revision" value={revision} />
    </>
  );
}

/** Said to whoever wrote longer than nobody else changed the case. */
export const staleWords = {
  conflict:
    "Somebody changed this case while you were writing. What you typed is still here, and the page now shows the newest state: read it, then send again.",
} as const;
