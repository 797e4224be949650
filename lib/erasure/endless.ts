import { countsFrom } from "../data-map/counts-from";
import { accountsOf } from "../data-map/named";
import type { Collection, Edge, Scope, System } from "../data-map/types";
import { ruleInWords } from "./anonymise";
import type { Catalog } from "./catalog";
import { cannotBeClosed, closingValue } from "./closing-time";
import { canLose, isFixed } from "./conditions";
import { isAge } from "./fields-made";
import { endingClasses, isKeptUntilClosing, keepsUntilClosing } from "./kept-until";
import { leavingToNobody } from "./left-to-nobody";
import { withLinkEnds } from "./link-ends";
import { type Mapped, type Reference, same } from "./references";

/**
 * Why what is kept until after an account's closing would never end, as `npm run data-map:check` says it: the closing time cannot be
 * written, or nothing in the kept rows leads to the account, whose row then goes before them.
 */
export function endlessProblems(mapped: Mapped): string[] {
  const { system, catalog } = mapped;
  if (!system.person && !system.company) return keptElsewhere(system, catalog);
  const ofAccounts = (["person", "company"] as const).flatMap((scope) => {
    const account = accountsOf(system, scope);
    return account ? [...unwritable(mapped, account, scope), ...unfound(mapped, account, scope)] : [];
  });
  return [...system.collections.flatMap((one) => unendingProblem(system, one)), ...ofAccounts];
}

/** The closing time that an erasure has to write, where it cannot. */
function unwritable({ system, catalog }: Mapped, account: Collection, scope: Scope): string[] {
  const closed = system[scope]?.closed ?? "";
  const column = catalog.columns.get(account.name)?.get(closed);
  if (!column || !keepsUntilClosing(system, scope)) return [];
  const isView = catalog.views.has(account.name);
  if (!isView && closingValue(account, closed, column, Temporal.Now.instant()) !== null) return [];
  return [`${system.name}.${account.name}.${closed}: ${cannotBeClosed(column, isView)}`];
}

/** Collections whose rows no sweep finds any more, or takes for somebody else's, once their time is over. */
function unfound({ system, catalog, references }: Mapped, account: Collection, scope: Scope): string[] {
  const { edges } = withLinkEnds(system, catalog);
  // Without a closing time nobody looks again for what an account leads to.
  const onwards = system[scope]?.closed ? edges : [];
  const kept = references.filter((one) => !losesLink(one, scope, catalog) && !agesOut(one, catalog));
  const above = foundFrom(account, kept, onwards, scope);
  const before = foundFrom(account, references, onwards, scope);
  const whyNot = (one: Collection): string => {
    if (!before.has(one)) return missing(system, one, account, above);
    const over = [...before].filter((each) => each !== one && !above.has(each) && leadsTo(each, references).has(one));
    return lost(one, account, over);
  };
  return system.collections
    .filter(({ name }) => !catalog.views.has(name))
    .flatMap((one) => {
      const leaving = leavingToNobody(system, edges, { one, scope, above });
      const isLost = one !== account && isKeptUntilClosing(system, one, scope) && !above.has(one);
      return [
        ...(leaving.length > 0 ? [claimed(leaving)] : []),
        ...(isLost
          ? [
              `is kept until so long after closing, and ${whyNot(one)}, or keep it for a class that counts from creation`,
            ]
          : []),
      ].map((problem) => `${system.name}.${one.name}: ${problem}`);
    });
}

/** A sweep that ends accounts knows no row's age, and one that goes by age takes rows of its own classes. */
function unendingProblem({ name }: System, one: Collection): string[] {
  const until = (["person", "company"] as const)
    .flatMap((scope) => endingClasses(one, scope))
    .find((each) => countsFrom(each) === "creation");
  if (!until) return [];
  return [
    `${name}.${one.name}: is kept until the end of ${until}, which counts from creation, and its own class, ${one.retention}, from an account's closing, so no sweep ends it; keep it until a class that counts from closing, or give it one that counts from creation`,
  ];
}

/** Whether rows that the map makes anonymous lose a link: what hangs on them leads to no account from then on. */
const losesLink = ({ childCollection: child, childColumns }: Reference, scope: Scope, catalog: Catalog): boolean =>
  child?.erasure[scope].action === "anonymise" &&
  childColumns.some((name) => !(scope === "company" && name === child.companyField) && canLose(catalog, child, name));

/** Whether a link has a class of its own that counts from creation, so that sweeps take it out of rows that stay. */
const agesOut = ({ childCollection, childColumns }: Reference, { columns }: Catalog): boolean =>
  childCollection?.fields.some(({ name, retention }) => {
    const column = columns.get(childCollection.name)?.get(name);
    const isAged = retention !== childCollection.retention && countsFrom(retention) === "creation";
    return childColumns.includes(name) && isAged && column !== undefined && !isFixed(childCollection, name, column);
  }) ?? false;

/** Why the links that lead from the rows of a collection to an account are lost. */
function lost(one: Collection, account: Collection, over: readonly Collection[]): string {
  const when = "so nobody would know when that is";
  if (over.length === 0)
    return `the link by which it leads to ${account.name} has a shorter class of its own, ${when}; give that the class of ${one.name}`;
  return `it leads to ${account.name} over ${over.map(({ name }) => name).join(" and ")} alone, whose rows are made anonymous, or lose that link by a class of its own, ${when}; keep these (\`erasure: keep\` of the link's field), give it another reference, beside which this one only mentions (\`role: mentions\`)`;
}

/** What becomes of rows to which others lead that are made anonymous. */
function claimed(leaving: readonly Collection[]): string {
  const by = leaving.map(({ name }) => name).join(" and ");
  return `rows of ${by} lead to it too, and once they are made anonymous they are nobody's, so that it would count as somebody else's and no sweep would end it; say \`role: mentions\` of the reference from ${by}, or keep the link by which ${by} leads to the account (\`erasure: keep\` of its field)`;
}

/**
 * What is kept in a system that knows people by an address only: that goes with their own row, which lies elsewhere, and nobody would find it
 * any more.
 */
const keptElsewhere = (system: System, { views }: Catalog): string[] =>
  system.collections
    .filter((one) => !views.has(one.name) && isKeptUntilClosing(system, one))
    .map(
      ({ name }) =>
        `${system.name}.${name}: is kept until so long after closing, and nobody has an account in ${system.name}, so that nothing would find it then; keep it for a class that counts from creation`,
    );

/** Why nothing in the rows of a collection leads to an account, though the map may have a reference, and what to do. */
function missing(system: System, one: Collection, account: Collection, above: ReadonlySet<Collection>): string {
  const when = "so nobody would know when that is";
  for (const { from, to, holder, isUnclear } of system.edges) {
    const [held, kept] = holder === "from" ? [from, to] : [to, from];
    const isAbove = (side: { collection: string }) => [...above].some(({ name }) => name === side.collection);
    if (held.collection === one.name && isAbove(kept)) {
      const key = kept.columns.map((column) => `${kept.collection}.${column}`).join(", ");
      return `it leads to ${account.name} by ${key}, which is neither a key nor unique, ${when}; make that unique, give it another reference`;
    }
    if (isUnclear && kept.collection === one.name && isAbove(held))
      return `the reference between it and ${held.collection} is taken to be held there, ${when}; say \`holder\` of it`;
  }
  return `nothing in it leads to ${account.name}, ${when}; give it a reference`;
}

/**
 * What the sweeps find of an account: whose rows hold a link to it, directly or over others, and what the rows of these hold a link to that
 * the map follows: such a row stays for as long as what is found by it (find-ways.ts), unless it goes by its own age or is made anonymous.
 */
function foundFrom(
  account: Collection,
  references: readonly Reference[],
  edges: readonly Edge[],
  scope: Scope,
): Set<Collection> {
  const leadsOn = ({ childCollection, childColumns, parent }: Reference) =>
    childCollection !== null &&
    countsFrom(childCollection.retention) === "account closure" &&
    childCollection.erasure[scope].action !== "anonymise" &&
    (scope === "company" || childCollection.role === "owner") &&
    edges.some(
      (edge) =>
        edge.holder === "from" &&
        !edge.isUnclear &&
        (edge.scope === scope || edge.scope === "both") &&
        edge.from.collection === childCollection.name &&
        edge.to.collection === parent.name &&
        same(edge.from.columns, childColumns),
    );
  const onwards = references.filter(leadsOn);
  const found = leadsTo(account, references);
  for (let before = 0; before !== found.size; ) {
    before = found.size;
    for (const { childCollection, parent } of onwards)
      if (childCollection && found.has(childCollection) && !found.has(parent))
        for (const one of leadsTo(parent, references)) found.add(one);
  }
  return found;
}

/** Everything whose rows hold a link to rows of a collection, directly or over others that do. */
export function leadsTo(account: Collection, references: readonly Reference[]): Set<Collection> {
  const found = new Set([account]);
  for (let before = 0; before !== found.size; ) {
    before = found.size;
    for (const { childCollection, parent } of references)
      if (childCollection && found.has(parent)) found.add(childCollection);
  }
  return found;
}

/** Kept rows whose own age an erasure changes, so that sweeps would take them before they are over, or never: one problem each. */
export const agesChanged = ({ system }: Mapped): string[] =>
  system.collections.flatMap((collection) => {
    const age = collection.fields.find(({ name }) => isAge(collection, name));
    const isKept = Object.values(collection.erasure).some(({ action }) => action === "keep");
    const rule = age?.erasure;
    if (!age || !isKept || rule?.action !== "anonymise") return [];
    return [
      `${system.name}.${collection.name}.${age.name}: ${ruleInWords(rule.by)} changes the time from which the age of rows counts that are kept, so that they would go early, or never; say \`keep\``,
    ];
  });
