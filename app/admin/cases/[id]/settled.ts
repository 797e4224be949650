import { revalidatePath } from "next/cache";
import type { FormState } from "@/lib/auth/action";
import type { Result } from "@/lib/errors";

/** After a refusal too the page is read anew: a stale form then shows what it had not seen. */
export function settled(caseId: string, result: Result<unknown>): FormState | undefined {
  revalidatePath("/admin");
  revalidatePath(`/admin/cases/${caseId}`);
  return result.ok ? undefined : { reason: result.reason };
}
