import type { Collection, Scope, System } from "../data-map/types";
import { endsWithPerson } from "./kept-until";

/**
 * Why rows stay that the map lets go: somebody else's they are too. As a page says it to who asked, and as a receipt says it to whoever
 * reads it. A company is named only where it can be the one.
 * @param home of the map as it is for this person: without companies for whoever is in none (`mapFor`)
 */
export function notAlone(
  home: Pick<System, "person" | "company">,
  collection: Pick<Collection, "name" | "scope">,
  scope: Scope,
): { page: string; receipt: string } {
  if (scope === "company")
    return {
      page: "It is not your company's alone: others need it.",
      receipt: "Not the company's alone: others need it.",
    };
  const isCompanys = !endsWithPerson(home, collection);
  return {
    page: `It is not yours alone: others${isCompanys ? ", such as your company," : ""} need it.`,
    receipt: `Not the person's alone: others${isCompanys ? ", such as the company," : ""} need it.`,
  };
}
