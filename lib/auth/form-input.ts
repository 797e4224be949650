/** Never sent back to the page: they are secrets, or of no use a second time. */
const neverReturned = new Set(["code", "token", "response"]);

const ours = (name: string): boolean => !name.startsWith("$ACTION");

/** What no database text can hold: NUL, and half of a surrogate pair. No keyboard types them. */
const storable = (value: FormDataEntryValue): FormDataEntryValue =>
  typeof value === "string" ? value.toWellFormed().replaceAll("\0", "") : value;

/** The fields of a form as a plain object; a name given twice becomes a list. Files stay files. */
export function formInput(form: FormData): Record<string, unknown> {
  const names = [...new Set(form.keys())].filter(ours);
  return Object.fromEntries(
    names.map((name) => {
      const all = form.getAll(name).map(storable);
      return [name, all.length > 1 ? all : all[0]];
    }),
  );
}

/** What was typed, to be shown again; of several boxes of one name what was ticked, a line each. */
export function typedValues(form: FormData): Record<string, string> {
  const names = [...new Set(form.keys())].filter((name) => ours(name) && !neverReturned.has(name));
  const typed = names.map((name) => [name, form.getAll(name).filter((value) => typeof value === "string")] as const);
  return Object.fromEntries(
    typed.filter(([, values]) => values.length > 0).map(([name, all]) => [name, all.join("\n")]),
  );
}
