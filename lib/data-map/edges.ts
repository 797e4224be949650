import type { Path } from "./located";
import { collectionOf, fieldOf } from "./named";
import type { Complain } from "./parse";
import type { DatasetSyntax, ReferenceSyntax } from "./syntax";
import { isArray } from "./type-families";
import type { Collection, Edge } from "./types";

type Side = { collection: string; column: string };
/** `client`: followed only for a company's client. */
export type DeclaredEdge = Omit<Edge, "scope"> & { scope: Edge["scope"] | "client" };
/** `isSaid`: its reference says a role and a direction. */
type FoundEdge = DeclaredEdge & { isSaid: boolean };
type Found = { here: Side; there: Side; reference: ReferenceSyntax; path: Path };

/**
 * Turns Fideslang's references into directed edges. `from`: data flows from the field there to the
 * field here; `to`: from here to there; without a direction: both ways. References of one
 * collection to one other with the same `trust.key` form one edge over several columns.
 */
export function buildEdges(dataset: DatasetSyntax, collections: Collection[], complain: Complain): DeclaredEdge[] {
  const groups = new Map<string, Found[]>();
  for (const [at, collection] of dataset.collections.entries()) {
    if (collection.trust.scope === "none") continue;
    for (const [fieldAt, field] of collection.fields.entries()) {
      for (const [referenceAt, reference] of (field.fides_meta?.references ?? []).entries()) {
        const path = ["collections", at, "fields", fieldAt, "fides_meta", "references", referenceAt];
        if (reference.dataset !== dataset.fides_key) {
          complain([...path, "dataset"], "leads into another system; declare an identity on both sides instead");
          continue;
        }
        const there = resolve(collections, reference.field);
        if (!there) {
          complain([...path, "field"], `there is no ${reference.field} among the collections with personal data`);
          continue;
        }
        const key = reference.trust?.key;
        const group = key
          ? JSON.stringify([collection.name, there.collection, reference.direction, key])
          : JSON.stringify(path);
        const found = { here: { collection: collection.name, column: field.name }, there, reference, path };
        groups.set(group, [...(groups.get(group) ?? []), found]);
      }
    }
  }
  const { person, company } = dataset.trust;
  const accounts = [person, company].filter((account) => account !== undefined);
  const edges = [...groups.values()].flatMap((group) => edgesOf(group, collections, accounts, complain));
  return edges.map(withOthers(edges, person, collections));
}

/**
 * Notes which edges lead to another account: whoever is reached over a link is somebody else, unless the reference says a role and a direction.
 * So are rows of a table that shares the account's id, such as that of an account whose address lies elsewhere.
 */
function withOthers(
  edges: readonly DeclaredEdge[],
  person: { collection: string; id: string } | undefined,
  collections: readonly Collection[],
): (edge: FoundEdge) => DeclaredEdge {
  const isOwn = ({ from, to }: DeclaredEdge) =>
    from.collection === person?.collection &&
    from.columns.join() === person.id &&
    collectionOf({ collections }, to.collection)?.primaryKey.join() === to.columns.join();
  const ofAccounts = new Set([person?.collection, ...edges.filter(isOwn).map(({ to }) => to.collection)]);
  return ({ isSaid, ...edge }) =>
    ofAccounts.has(edge.to.collection) && !isOwn(edge) && !isSaid ? { ...edge, isAnother: true } : edge;
}

/** `collection.field`; both may hold dots, so known names decide. */
function resolve(collections: Collection[], text: string): Side | null {
  for (const { name, fields } of collections) {
    if (!text.startsWith(`${name}.`)) continue;
    const column = text.slice(name.length + 1);
    if (fields.some((field) => field.name === column)) return { collection: name, column };
  }
  return null;
}

/** @param accounts by whose id others know them, whether or not that is the key of their rows */
function edgesOf(
  group: Found[],
  collections: Collection[],
  accounts: readonly { collection: string; id: string }[],
  complain: Complain,
): FoundEdge[] {
  const first = group[0];
  if (!first) return [];
  const { direction } = first.reference;
  // Of each the first that says it.
  const trust: NonNullable<ReferenceSyntax["trust"]> = Object.assign(
    {},
    ...group.map(({ reference }) => reference.trust).toReversed(),
  );
  const { if: only, holder: said, role = null, if_empty: ifEmpty = null, scope = "both" } = trust;
  const side = (which: "here" | "there") => ({
    collection: first[which].collection,
    columns: group.map((found) => found[which].column),
  });
  const isKey = (which: "here" | "there") => {
    const { collection, columns } = side(which);
    const ids = accounts.filter((account) => account.collection === collection).map(({ id }) => [id]);
    const key = collectionOf({ collections }, collection)?.primaryKey ?? [];
    return [key, ...ids].some(
      (one) => one.length === columns.length && one.every((column) => columns.includes(column)),
    );
  };
  const isList = ({ collection, column }: Side) => isArray(fieldOf(collectionOf({ collections }, collection), column));
  if (group.length > 1 && group.some(({ here, there }) => isList(here) || isList(there)))
    complain([...first.path, "trust", "key"], "a list can be no part of a reference over several columns");
  if (only && said === "there")
    complain([...first.path, "trust", "holder"], "`if` is asked of this collection's rows, so the link has to be here");
  // The link lies where it is written down, unless that is the key which the other end points at.
  const assumed = !said && isKey("here") && !isKey("there") && !only;
  const holder = said ?? (assumed ? "there" : "here");
  const isUnclear = !said && !only && direction !== "from" && isKey("here") === isKey("there");
  const edge = (from: "here" | "there", to: "here" | "there"): FoundEdge => ({
    from: side(from),
    to: side(to),
    scope,
    role,
    isSaid: role !== null && direction !== undefined,
    ifEmpty,
    holder: from === holder ? "from" : "to",
    ...(assumed ? { assumed } : {}),
    ...(only ? { only } : {}),
    ...(isUnclear && from === "here" ? { isUnclear } : {}),
  });
  if (only && !fieldOf(collectionOf({ collections }, first.here.collection), only.field))
    complain([...first.path, "trust", "if"], `${first.here.collection} has no field ${only.field}`);
  const edges = [
    ...(direction === "to" ? [] : [edge("there", "here")]),
    ...(direction === "from" ? [] : [edge("here", "there")]),
  ];
  for (const { to } of edges) {
    if (ifEmpty && !fieldOf(collectionOf({ collections }, to.collection), ifEmpty))
      complain([...first.path, "trust", "if_empty"], `${to.collection} has no field ${ifEmpty}`);
  }
  return edges;
}
