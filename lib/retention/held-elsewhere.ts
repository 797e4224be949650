import { heldIn, type KeptBack } from "../data-map/held";
import { tableName } from "../data-map/identifiers";
import { homeSystem } from "../data-map/load";
import { accountsOf } from "../data-map/named";
import { identitiesAtHome } from "../data-map/reach";
import { subjectOf } from "../data-map/subject-of";
import type { Collection, DataMap, Scope, System } from "../data-map/types";
import { eraserUrl } from "../erasure/eraser-url";
import { divided } from "../erasure/keepers";
import type { ClosedAccount } from "./closed-accounts";
import { connectSweeper } from "./connect-sweeper";

type Of = NonNullable<KeptBack["of"]>;

/**
 * What stays at home because another system keeps held rows of an account that ends: there they are found by what home tells alone, so without
 * it they would stay for good once the hold is gone. For whoever has such rows the rows that tell their identities, and for a company known
 * by its id its own.
 * @param members who ends with it
 */
export async function tellingHeld(
  map: DataMap,
  system: System,
  {
    account,
    members,
    kept,
  }: { account: Pick<ClosedAccount, "scope" | "id">; members: readonly string[]; kept: readonly KeptBack[] },
): Promise<KeptBack[]> {
  const home = homeSystem(map);
  const here = kept.filter((one) => one.system === null || one.system === system.name);
  if (here.length === 0) return [];
  const { scope, id } = account;
  const ofAccount = await knownAs(map, scope, id);
  const found = await withHeld(system, here, async (anyOf) => {
    // Nearly always none; and whoever is in a large company is asked for only then, many at once.
    if (!(await anyOf([ofAccount]))) return [];
    const theirs: Of[] = scope === "company" ? [ofAccount] : [];
    for (const member of members) theirs.push(await knownAs(map, "person", member));
    return narrowed(theirs, anyOf);
  });
  return found.flatMap((of) =>
    tellingOf(home, of).map(({ name }) => ({ of, system: home.name, collection: name, from: null, until: null })),
  );
}

async function knownAs(map: DataMap, scope: Scope, id: string): Promise<Of> {
  const subject = subjectOf(scope, id);
  return { scope, subject, identities: await identitiesAtHome(map, subject, scope, true) };
}

const tellingOf = (home: System, { scope }: Of): Collection[] =>
  scope === "person"
    ? home.collections.filter(({ fields }) => fields.some(({ follow }) => follow))
    : [accountsOf(home, "company") ?? []].flat();

type AnyOf = (some: readonly Of[]) => Promise<boolean>;

/** Those of whom any row is held: all are asked at once, then the parts in which there are any. */
async function narrowed(all: readonly Of[], anyOf: AnyOf): Promise<Of[]> {
  if (all.length === 0 || !(await anyOf(all))) return [];
  if (all.length === 1) return [...all];
  const found: Of[] = [];
  for (const part of divided(all)) found.push(...(await narrowed(part, anyOf)));
  return found;
}

/** @param work gets how to ask whether a system holds any row of some of them */
async function withHeld<T>(system: System, kept: readonly KeptBack[], work: (anyOf: AnyOf) => Promise<T>): Promise<T> {
  const client = await connectSweeper(eraserUrl(system) ?? "");
  const anyOf: AnyOf = async (some) => {
    // What is put aside for each question goes with its transaction.
    await client.query("begin isolation level repeatable read");
    try {
      const held = await heldIn(client, system, kept, "tc_held", { leading: false });
      const whole = some.map((of) => ({ of, system: null, collection: null, from: null, until: null }));
      const theirs = await heldIn(client, system, whole, "tc_of", { leading: false });
      for (const collection of system.collections) {
        const both = [held(collection, "t"), theirs(collection, "t")];
        if (both.includes(null)) continue;
        const { rowCount } = await client.query(
          `select 1 from ${tableName(collection)} t where (${both.join(") and (")}) limit 1`,
        );
        if (rowCount) return true;
      }
      return false;
    } finally {
      await client.query("rollback");
    }
  };
  try {
    return await work(anyOf);
  } finally {
    await client.end().catch(() => {});
  }
}
