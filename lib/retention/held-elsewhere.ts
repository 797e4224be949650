import { heldIn, type KeptBack } from "../data-map/held";
import { tableName } from "../data-map/identifiers";
import { homeSystem } from "../data-map/load";
import { accountsOf } from "../data-map/named";
import { identitiesAtHome } from "../data-map/reach";
import type { Collection, DataMap, System } from "../data-map/types";
import { eraserUrl } from "../erasure/eraser-url";
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
  const { scope, id } = account;
  const company: Of[] =
    scope === "company"
      ? [{ scope, subject: { platformUserId: "", platformCompanyId: id }, identities: new Map() }]
      : [];
  const people = members.map(async (platformUserId): Promise<Of> => {
    const subject = { platformUserId, platformCompanyId: null };
    return { scope: "person", subject, identities: await identitiesAtHome(map, subject, "person", true) };
  });
  const found = await whoHasHeld(system, [...company, ...(await Promise.all(people))], kept);
  return found.flatMap((of) =>
    tellingOf(home, of).map(({ name }) => ({ of, system: home.name, collection: name, from: null, until: null })),
  );
}

const tellingOf = (home: System, { scope }: Of): Collection[] =>
  scope === "person"
    ? home.collections.filter(({ fields }) => fields.some(({ follow }) => follow))
    : [accountsOf(home, "company") ?? []].flat();

/** Of these accounts those of which a system holds any row. */
async function whoHasHeld(system: System, all: readonly Of[], kept: readonly KeptBack[]): Promise<Of[]> {
  const client = await connectSweeper(eraserUrl(system) ?? "");
  try {
    await client.query("begin isolation level repeatable read");
    const held = await heldIn(client, system, kept, "tc_held", { leading: false });
    const found: Of[] = [];
    for (const [at, of] of all.entries()) {
      const whole = { of, system: null, collection: null, from: null, until: null };
      const theirs = await heldIn(client, system, [whole], `tc_of_${at}`);
      for (const collection of system.collections) {
        const both = [held(collection, "t"), theirs(collection, "t")];
        if (both.includes(null)) continue;
        const { rowCount } = await client.query(
          `select 1 from ${tableName(collection)} t where (${both.join(") and (")}) limit 1`,
        );
        if (!rowCount) continue;
        found.push(of);
        break;
      }
    }
    return found;
  } finally {
    await client.end().catch(() => {});
  }
}
