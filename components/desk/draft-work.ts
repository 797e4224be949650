import type { FormState } from "@/lib/auth/action";
import type { DraftLook } from "@/lib/policy/look-at-draft";

/** What the editor of a draft hears back: that it is saved, how it looks, or what somebody else stored meanwhile. */
export type DraftWork = FormState & {
  /** When it was stored (ISO instant), and what the next save is based on. */
  saved?: { at: string; base: string };
  look?: DraftLook;
  show?: "text" | "changes";
  stored?: { markdown: string; effectiveOn: string; base: string };
};

export type DraftAction = (state: DraftWork, form: FormData) => Promise<DraftWork>;
