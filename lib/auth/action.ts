import { headers } from "next/headers";
import type { z } from "zod";
import type { Ctx, HolderCtx, StaffCtx, StaffRole } from "../context";
import type { Reason } from "../errors";
import { currentCtx, requestId } from "./current";
import { formInput, typedValues } from "./form-input";
import { isFromHere } from "./from-here";
import { currentPath, requireHolder, requireStaff, requireStepUp, staffOrReason } from "./require";

/** What a form shows after it was sent: done, or why not, with what was typed. */
export type FormState = {
  ok?: true;
  reason?: Reason;
  /** One sentence per field that is not right. */
  fields?: Record<string, string>;
  values?: Record<string, string>;
};

// biome-ignore lint/suspicious/noConfusingVoidType: work that redirects or just ends is written without a return
type Work<C extends Ctx, S extends z.ZodType, T extends FormState> = (ctx: C, input: z.output<S>) => Promise<T | void>;
type Action<T extends FormState = FormState> = (state: T, form: FormData) => Promise<T>;
type Refused = { refused: Reason };

function action<C extends Ctx, S extends z.ZodType, T extends FormState>(
  who: () => Promise<C | Refused>,
  schema: S,
  stepUp: boolean,
  work: Work<C, S, T>,
): Action<T> {
  // What a form adds to its state is optional, so that a refusal is one of them too.
  const refuse = (state: FormState): T => state as T;
  const act = async (form: FormData): Promise<T> => {
    // Anybody can call an action, with anything.
    if (!(form instanceof FormData)) return refuse({ reason: "invalid-input" });
    if (!isFromHere(await headers())) return refuse({ reason: "foreign-origin", values: typedValues(form) });
    const ctx = await who();
    if ("refused" in ctx) return refuse({ reason: ctx.refused, values: typedValues(form) });
    if (stepUp) await requireStepUp(ctx, await currentPath());
    const parsed = schema.safeParse(formInput(form));
    if (!parsed.success) {
      const fields = Object.fromEntries(parsed.error.issues.map((issue) => [issue.path.join("."), issue.message]));
      return refuse({ reason: "invalid-input", fields, values: typedValues(form) });
    }
    const state = (await work(ctx, parsed.data)) ?? refuse({ ok: true });
    // A refusal keeps what was typed.
    return state.reason && !state.values ? { ...state, values: typedValues(form) } : state;
  };
  return async (_state, form) => {
    try {
      return await act(form);
    } catch (error) {
      throw withNumber(error, await requestId());
    }
  };
}

/**
 * An unexpected failure goes to the browser as its `digest` alone, which React keeps when there is one: here the id of
 * this very request, so that the error page names what the log has. What leads elsewhere (a redirect) has its own.
 */
function withNumber(error: unknown, id: string): unknown {
  if (error instanceof Error && !("digest" in error)) Object.assign(error, { digest: id });
  return error;
}

/** An action of a signed-in person. Without a session: off to sign-in; step-up missing: off to that. */
export function holderAction<S extends z.ZodType, T extends FormState = FormState>(
  schema: S,
  options: { stepUp?: boolean },
  work: Work<HolderCtx, S, NoInfer<T>>,
): Action<T> {
  return action(requireHolder, schema, options.stepUp ?? false, work);
}

/**
 * An action of staff in one of the roles.
 * @param options.stay answers who may not with a reason, where leading elsewhere would lose what is being typed
 */
export function staffAction<S extends z.ZodType, T extends FormState = FormState>(
  schema: S,
  options: { roles: readonly StaffRole[]; stepUp?: boolean; stay?: boolean },
  work: Work<StaffCtx, S, NoInfer<T>>,
): Action<T> {
  const who = options.stay ? staffOrReason : requireStaff;
  return action(() => who(...options.roles), schema, options.stepUp ?? false, work);
}

/** An action of anybody, signed in or not. */
export function visitorAction<S extends z.ZodType>(schema: S, _options: object, work: Work<Ctx, S, FormState>): Action {
  return action(currentCtx, schema, false, work);
}
