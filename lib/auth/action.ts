import { headers } from "next/headers";
import type { z } from "zod";
import type { Ctx, HolderCtx, StaffCtx, StaffRole } from "../context";
import { env } from "../env";
import type { Reason } from "../errors";
import { currentCtx } from "./current";
import { formInput, typedValues } from "./form-input";
import { currentPath, requireHolder, requireStaff, requireStepUp } from "./require";

/** What a form shows after it was sent: done, or why not, with what was typed. */
export type FormState = {
  ok?: true;
  reason?: Reason;
  /** One sentence per field that is not right. */
  fields?: Record<string, string>;
  values?: Record<string, string>;
};

// biome-ignore lint/suspicious/noConfusingVoidType: work that redirects or just ends is written without a return
type Work<C extends Ctx, S extends z.ZodType> = (ctx: C, input: z.output<S>) => Promise<FormState | void>;
type Action = (state: FormState, form: FormData) => Promise<FormState>;

/** Only this site's own pages may call an action: a missing, foreign or `null` Origin is refused (S3). */
async function fromHere(): Promise<boolean> {
  return (await headers()).get("origin") === env().APP_URL;
}

function action<C extends Ctx, S extends z.ZodType>(
  who: () => Promise<C>,
  schema: S,
  stepUp: boolean,
  work: Work<C, S>,
): Action {
  return async (_state, form) => {
    if (!(await fromHere())) return { reason: "foreign-origin", values: typedValues(form) };
    const ctx = await who();
    if (stepUp) await requireStepUp(ctx, await currentPath());
    const parsed = schema.safeParse(formInput(form));
    if (!parsed.success) {
      const fields = Object.fromEntries(parsed.error.issues.map((issue) => [issue.path.join("."), issue.message]));
      return { reason: "invalid-input", fields, values: typedValues(form) };
    }
    const state = (await work(ctx, parsed.data)) ?? { ok: true };
    // A refusal keeps what was typed.
    return state.reason && !state.values ? { ...state, values: typedValues(form) } : state;
  };
}

/** An action of a signed-in person. Without a session: off to sign-in; step-up missing: off to that. */
export function holderAction<S extends z.ZodType>(
  schema: S,
  options: { stepUp?: boolean },
  work: Work<HolderCtx, S>,
): Action {
  return action(requireHolder, schema, options.stepUp ?? false, work);
}

/** An action of staff in one of the roles. */
export function staffAction<S extends z.ZodType>(
  schema: S,
  options: { roles: readonly StaffRole[]; stepUp?: boolean },
  work: Work<StaffCtx, S>,
): Action {
  return action(() => requireStaff(...options.roles), schema, options.stepUp ?? false, work);
}

/** An action of anybody, signed in or not. */
export function visitorAction<S extends z.ZodType>(schema: S, _options: object, work: Work<Ctx, S>): Action {
  return action(currentCtx, schema, false, work);
}
