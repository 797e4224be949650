import type { Field, Intake } from "./types";

/**
 * What becomes of this value of a row that another provider sent, where the map says nothing: it stands as it came, but for an
 * identity that leads on to rows unproved. Whoever chooses such a value chooses whose rows are theirs, so it is made anew.
 */
export function intakeOf({ intake, follow }: Field): Intake {
  return intake ?? (follow && follow.ifSet === null ? "new" : "sent");
}
