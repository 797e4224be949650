import { z } from "zod";

const texts = z.union([z.string(), z.array(z.string())]).optional();

/** A form's flat names, `value.<handle>` and `evidence.<handle>` for each `f`, as items; beside them the form's own fields. */
export const typedForm = <S extends z.ZodRawShape>(own: S) =>
  z.looseObject({ ...own, f: texts, intent: z.string().default("review") }).transform((form) => {
    const all = form as Record<string, unknown>;
    const text = (name: string) => (typeof all[name] === "string" ? all[name] : "");
    const items = [all.f ?? []].flat().map((handle) => ({
      handle: String(handle),
      value: text(`value.${handle}`),
      evidence: text(`evidence.${handle}`),
    }));
    return { ...form, items };
  });
