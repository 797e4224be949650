import { z } from "zod";

const texts = z.union([z.string(), z.array(z.string())]).optional();

/** A form's flat names, `value.<handle>` and `evidence.<handle>` for each `f`, as items; what else it holds goes on to be parsed. */
export const typedForm = z
  .looseObject({ f: texts, intent: z.string().default("review") })
  .transform(({ f, ...form }): unknown => {
    const text = (name: string) => (typeof form[name] === "string" ? form[name] : "");
    const items = [f ?? []].flat().map((handle) => ({
      handle,
      value: text(`value.${handle}`),
      evidence: text(`evidence.${handle}`),
    }));
    return { ...form, items };
  });
