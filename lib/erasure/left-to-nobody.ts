import { countsFrom, lastsLonger } from "../data-map/counts-from";
import { accountsOf } from "../data-map/named";
import { roleBy } from "../data-map/role-by";
import type { Collection, Edge, Scope, System } from "../data-map/types";
import { endsWithPerson, isKeptUntilClosing } from "./kept-until";

/**
 * The collections whose rows leave those of another one to nobody: they lead to them by a link that makes these somebody's, are made
 * anonymous before their time is over, and then lead to no account. What is nobody's counts as somebody else's (find-shared.ts), so no sweep
 * would end what they lead to, though it leads to the account itself.
 * @param above what goes on leading to the account
 */
export function leavingToNobody(
  system: System,
  edges: readonly Edge[],
  { one, scope, above }: { one: Collection; scope: Scope; above: ReadonlySet<Collection> },
): Collection[] {
  // Of a company its own column decides, whatever leads there.
  if (!above.has(one) || (scope === "company" && one.companyField !== null)) return [];
  const leading = edges.filter(
    (edge) => edge.to.collection === one.name && isOf(edge, scope) && roleBy(edge, one, scope) !== "mentions",
  );
  const names = new Set(leading.map(({ from }) => from.collection));
  return system.collections.filter(
    (each) =>
      names.has(each.name) &&
      each !== one &&
      !above.has(each) &&
      each.scope !== (scope === "person" ? "company" : "person") &&
      each.erasure[scope].action === "anonymise" &&
      isOwned(each, edges, scope) &&
      outlasts(system, scope, one, each),
  );
}

const isOf = (edge: Edge, scope: Scope): boolean => edge.scope === "both" || edge.scope === scope;

/** Whether the account's own leads on from its rows; what never was its own was somebody else's from the beginning. */
const isOwned = (each: Collection, edges: readonly Edge[], scope: Scope): boolean =>
  scope === "company" ||
  each.role === "owner" ||
  edges.some((edge) => edge.to.collection === each.name && isOf(edge, scope) && roleBy(edge, each, scope) === "owner");

/** An erasure on request makes them anonymous at once; a sweep does when a person's account ends, by the class of accounts. */
function outlasts(system: System, scope: Scope, one: Collection, each: Collection): boolean {
  if (isKeptUntilClosing(system, one, scope)) return true;
  const people = accountsOf(system, "person");
  return (
    scope === "person" &&
    endsWithPerson(system, one) &&
    countsFrom(one.retention) === "account closure" &&
    each.retention === people?.retention &&
    lastsLonger(one.retention, each.retention)
  );
}
