import type pg from "pg";
import type { Node } from "../data-map/compile";
import { countsFrom } from "../data-map/counts-from";
import { quoted } from "../data-map/identifiers";
import { bothLeading, leadingTo, type Rows } from "../data-map/leading";
import type { Collection, System } from "../data-map/types";
import { all, any, itself, not, owned, ownWays, ruleOf, storedNodes, tableOf, type World } from "./conditions";
import { endsWithPerson, isKeptUntilClosing } from "./kept-until";
import { memberOf } from "./row-sets";

/** What leads from the person to what is held, so that it is found again when that ends. */
export async function findWaysToHeld(client: pg.ClientBase, world: World): Promise<void> {
  if (world.held.awaited) await addLeading(client, world, world.held.awaited, { prefix: "tc_leading" });
}

/**
 * What leads from the account to what is kept until so long after its closing, by which the sweeps find it. No address stays for
 * that, and what is somebody else's too is not the account's to end.
 */
export async function findWaysToKept(
  client: pg.ClientBase,
  world: World,
  later: (collection: Collection) => boolean,
): Promise<void> {
  const { plan, others } = world;
  const { system, scope } = plan;
  if (!system[scope]) return;
  const kept = storedNodes(world).filter(
    ({ collection }) =>
      later(collection) ||
      isKeptUntilClosing(system, collection, scope) ||
      (scope === "person" && endsOverPeople(system, collection)),
  );
  if (kept.length === 0) return;
  const to = (collection: Collection, row: string) => {
    const node = kept.find((one) => one.collection === collection);
    if (!node) return null;
    // The account's own row is found by its id: what leads back to it need not.
    return all(owned(world, node, row), not(memberOf(others.get(node), row)), not(itself(world, node, row)));
  };
  // What the map makes anonymous leads to nobody from then on, whatever hangs on it.
  const stored = (node: Node) =>
    ruleOf(world, node).action !== "anonymise" && !world.catalog.views.has(node.collection.name);
  await addLeading(client, world, to, { prefix: "tc_kept", identities: false, stored });
  if (scope === "person") await keepCompany(client, world, kept, to);
}

/** Whether rows that stay when a person goes end with the company, which finds them over its people alone. */
const endsOverPeople = (system: System, collection: Collection): boolean =>
  !endsWithPerson(system, collection) &&
  collection.companyField === null &&
  collection.erasure.person.action === "keep" &&
  countsFrom(collection.retention) === "account closure";

/** Where rows that stay end with the company, the account's own row goes on saying whose it was: over it they are found then. */
async function keepCompany(client: pg.ClientBase, world: World, kept: readonly Node[], to: Rows): Promise<void> {
  const { plan } = world;
  const { person } = plan.system;
  const own = storedNodes(world).find(({ collection }) => collection.name === person?.collection);
  if (!person?.company || !own || !itself(world, own, "t") || ruleOf(world, own).action === "anonymise") return;
  const [columns, company] = [[person.company], quoted(person.company)];
  for (const node of kept.filter(({ collection }) => !endsWithPerson(plan.system, collection))) {
    // What an address alone leads to is nobody's then.
    const linked = any(ownWays(world, node, "t", ({ source }) => !source.identity));
    const where = all(linked, to(node.collection, "t"));
    const { rows } = await client.query(`select 1 from ${tableOf(node)} t where ${where} limit 1`);
    if (rows.length === 0) continue;
    world.leading = bothLeading(world.leading, ({ name }, row) => {
      const isInCompany = all(itself(world, own, row), `${row}.${company} is not null`);
      return name === own.collection.name ? [{ columns, where: isInCompany }] : [];
    });
    return;
  }
}

async function addLeading(
  client: pg.ClientBase,
  world: World,
  to: Rows,
  options: Parameters<typeof leadingTo>[4],
): Promise<void> {
  const { plan, sizes, catalog } = world;
  const stored = ({ collection }: Node) => !catalog.views.has(collection.name);
  const { leading, tables } = await leadingTo(client, plan, sizes, to, { stored, ...options });
  world.leading = bothLeading(world.leading, leading);
  for (const table of tables) world.asides.add(table);
}
