import type pg from "pg";
import { compile } from "../data-map/compile";
import { connect } from "../data-map/connect";
import { fillSources } from "../data-map/fill-sources";
import type { Held } from "../data-map/held";
import { quoted, tableName } from "../data-map/identifiers";
import { explained } from "../data-map/reach-error";
import { ownedBy, scratchSql } from "../data-map/reach-sql";
import type { ReachSubject, System } from "../data-map/types";
import type { CorrectionProblem } from "../db/schema";
import { currentTransaction } from "../erasure/lasting";

/** One value to put right, as it was approved. */
export type Change = {
  id: string;
  collection: string;
  key: readonly string[];
  field: string;
  before: string | null;
  after: string;
  /** How the map has to allow it still. */
  by: "rule" | "staff" | "address";
};

export type Outcomes = Record<string, "applied" | "already" | CorrectionProblem>;
/** What stands in each place at the end of the transaction. */
export type Standing = Record<string, string | null>;

export type CorrectionOrder = {
  system: System;
  subject: ReachSubject;
  /** Found in the home system, for others; by kind. */
  identities: ReadonlyMap<string, string[]>;
  /** What a legal hold keeps from any change, asked in the same transaction. */
  held: (client: pg.ClientBase) => Promise<Held>;
  changes: readonly Change[];
};

/**
 * Puts values right in one system, in one transaction. Each row is locked and looked at: it has to be the person's own by the map,
 * held by nothing, and the value has to be the one that was there when the correction was proposed. Where it is not, nothing is
 * overwritten and the outcome says why; the others are applied.
 * @param before called with what is about to be made lasting; when it throws, nothing was changed
 */
export async function applyInSystem(
  url: string,
  order: CorrectionOrder,
  before: (done: { outcomes: Outcomes; standing: Standing; transaction: string }) => Promise<void>,
): Promise<{ outcomes: Outcomes; standing: Standing }> {
  const { system, subject, identities, changes } = order;
  return inSession(url, system, async (client) => {
    const plan = compile(system, "person", [...identities.keys()]);
    await client.query(`begin; ${scratchSql(plan)}`);
    const sizes = await fillSources(plan, client, subject, identities);
    const held = await order.held(client);
    const outcomes: Outcomes = {};
    const standing: Standing = {};
    // In one order whoever comes, so that two runs never wait for each other.
    for (const change of changes.toSorted((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1))) {
      const node = plan.nodes.find(({ collection }) => collection.name === change.collection);
      const rule = node?.collection.fields.find(({ name }) => name === change.field)?.correct;
      const own = node && ownedBy(plan, node, sizes, "t");
      if (
        !node ||
        !own ||
        !rule ||
        !allows(rule.by, change.by) ||
        node.collection.primaryKey.length !== change.key.length
      ) {
        outcomes[change.id] = rule ? "gone" : "not-allowed";
        continue;
      }
      const { collection } = node;
      const row = { client, table: tableName(collection), columns: collection.primaryKey, key: change.key };
      outcomes[change.id] = await changeOne(row, change, own, held(collection, "t"), standing);
    }
    await before({ outcomes, standing, transaction: await currentTransaction(client) });
    await client.query("commit");
    return { outcomes, standing };
  });
}

const placeOf = ({ collection, key, field }: Change): string => JSON.stringify([collection, key, field]);

/** What a rule may decide staff may too; an address goes its own way alone. */
const allows = (map: Change["by"], asked: Change["by"]): boolean =>
  map === asked || (map === "rule" && asked === "staff");

type Row = { client: pg.ClientBase; table: string; columns: readonly string[]; key: readonly string[] };

async function changeOne(
  row: Row,
  { id, field, before, after }: Change,
  own: string,
  held: string | null,
  standing: Standing,
): Promise<Outcomes[string]> {
  const { client, table } = row;
  const { rows } = await client.query<{ value: string | null; own: boolean; held: boolean }>(
    `select t.${quoted(field)}::text as value, (${own}) is true as own, (${held ?? "false"}) is true as held
     from ${table} t where ${keyIs(row, 1)} for update of t`,
    [JSON.stringify(keyOf(row))],
  );
  const [found] = rows;
  if (!found?.own) return "gone";
  standing[id] = found.value;
  if (found.value === after) return "already";
  if (found.value !== before) return "changed";
  if (found.held) return "held";
  await client.query("savepoint one");
  try {
    const changed = await client.query<{ value: string | null }>(
      `update ${table} t set ${quoted(field)} = (select x.${quoted(field)} from jsonb_populate_record(null::${table}, $2) x)
       where ${keyIs(row, 1)} returning t.${quoted(field)}::text as value`,
      [JSON.stringify(keyOf(row)), JSON.stringify({ [field]: after })],
    );
    await client.query("set constraints all immediate; release savepoint one");
    if (changed.rowCount !== 1) throw new Error("a locked row was not changed");
    standing[id] = changed.rows[0]?.value ?? null;
    return "applied";
  } catch (error) {
    // What the platform's own rules refuse, such as a value that has to be unique.
    if (!/^(22|23|44)/.test(String((error as { code?: string }).code))) throw error;
    await client.query("rollback to savepoint one");
    return "refused";
  }
}

const keyOf = ({ columns, key }: Row) => Object.fromEntries(columns.map((column, at) => [column, key[at]]));

/** Read into the table's own row type, so that the comparison is the column's and its index serves it. */
const keyIs = ({ table, columns }: Row, at: number): string =>
  columns
    .map((one) => `t.${quoted(one)} = (select x.${quoted(one)} from jsonb_populate_record(null::${table}, $${at}) x)`)
    .join(" and ");

/** Whether any of these values stands there now as it did before the correction; asked when it is not known whether a run lasted. */
export async function stillStands(url: string, system: System, changes: readonly Change[]): Promise<boolean> {
  return inSession(url, system, async (client) => {
    for (const { collection: name, key, field, before } of changes) {
      const collection = system.collections.find((one) => one.name === name);
      if (!collection) continue;
      const row = { client, table: tableName(collection), columns: collection.primaryKey, key };
      const { rowCount } = await client.query(
        `select 1 from ${row.table} t where ${keyIs(row, 1)} and t.${quoted(field)}::text is not distinct from $2`,
        [JSON.stringify(keyOf(row)), before],
      );
      if (rowCount) return true;
    }
    return false;
  });
}

async function inSession<T>(url: string, system: System, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = await connect(url, "correction");
  try {
    // Values are read as the pages read them (lib/data-map/platform.ts), since they are compared.
    await client.query(
      `set timezone = 'UTC'; set datestyle = 'ISO, YMD'; set intervalstyle = 'iso_8601'; set client_encoding = 'UTF8';
       set statement_timeout = '60s'; set lock_timeout = '5s'; set idle_in_transaction_session_timeout = '60s'; set jit = off`,
    );
    return await work(client);
  } catch (error) {
    throw explained(error, system);
  } finally {
    await client.query("rollback").catch(() => {});
    await client.end().catch(() => {});
  }
}
