/**
 * Ticked boxes as lists: of fields such as `asked.collect.logs: "on"` the list `asked: ["collect.logs"]`. Boxes of a name each keep
 * what was ticked through a refusal, which several of one name would not.
 */
export const picked =
  (...names: string[]) =>
  (fields: unknown): unknown => {
    if (typeof fields !== "object" || fields === null) return fields;
    const entries = Object.entries(fields);
    const isBox = (key: string) => names.some((name) => key.startsWith(`${name}.`));
    return {
      ...Object.fromEntries(entries.filter(([key]) => !isBox(key))),
      ...Object.fromEntries(
        names.map((name) => [
          name,
          entries.flatMap(([key, value]) =>
            key.startsWith(`${name}.`) && value === "on" ? [key.slice(name.length + 1)] : [],
          ),
        ]),
      ),
    };
  };
