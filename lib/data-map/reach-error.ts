import type { System } from "./types";

/** A reach that is refused; the message holds no personal value. */
export class ReachError extends Error {
  override name = "ReachError";
}

/** Says what a person can mend; the database's own message may hold the id that was asked for. */
export function explained(error: unknown, { name }: System): unknown {
  const code = (error as { code?: string }).code;
  if (code === "22P02" || code === "22003") return new ReachError(`No id of this form exists in ${name}.`);
  if (code === "42501") {
    return new ReachError(
      `The connection to ${name} may not read every mapped table, or not make temporary tables: ` +
        "grant select on the tables and temporary on the database to its role.",
    );
  }
  return error;
}
