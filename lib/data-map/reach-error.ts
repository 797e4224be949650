import type { System } from "./types";

/** A reach that is refused; the message holds no personal value. */
export class ReachError extends Error {
  override name = "ReachError";
}

/** Whether a value is none of the type that it was read as. */
export const isOfOtherForm = (error: unknown): boolean =>
  /^(22P02|22003|22008)$/.test((error as { code?: string }).code ?? "");

/** Whether a function or trigger of the platform said so itself, by whatever code, and not the database. */
export const isRaised = (error: unknown): boolean => (error as { routine?: string }).routine === "exec_stmt_raise";

/** Work that reads ids as they were given, of which the database may have none of that form. */
export async function withGivenIds<T>({ name }: System, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw isOfOtherForm(error) ? new ReachError(`No id of this form exists in ${name}.`) : error;
  }
}

/** Says what a person can mend; the database's own message may hold the id that was asked for. */
export function explained(error: unknown, { name }: System): unknown {
  if (error instanceof Error && ["ErasureRefused", "ReachError"].includes(error.name)) return error;
  if (isRaised(error)) return error;
  const code = (error as { code?: string }).code;
  // Syntax, tables, columns and types: such a message names what the map says and holds no value of a row.
  if (/^42(P01|703|883|804|846|P22|P18)$/.test(code ?? ""))
    return new ReachError(
      `${name} is not as the map says: ${(error as Error).message}. \`npm run data-map:check\` names every difference.`,
    );
  if (isOfOtherForm(error)) {
    const { at } = error as { at?: string };
    const where = at ? `${name} (${at})` : name;
    if (code === "22003")
      return new ReachError(
        `A number in ${where} is larger than its column, or the form that the map asks for there, can hold (${code}).`,
      );
    return new ReachError(
      `A value in ${where} is not of the form that the map asks for there, such as by \`time\`, or a check of the database (${code}).`,
    );
  }
  if (code === "42501") {
    return new ReachError(
      `The connection to ${name} may not read every mapped table, or not make temporary tables: ` +
        "grant select on the tables and temporary on the database to its role.",
    );
  }
  return error;
}
