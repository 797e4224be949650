import pg from "pg";
import { literal, quoted, relationOf } from "../data-map/identifiers";
import type { System } from "../data-map/types";
import { ErasureRefused, readCatalog } from "../erasure/catalog";
import { deletionOrder, referencesOf } from "../erasure/references";
import { faultPoint } from "../faults";
import { confineRows, unproveAddresses } from "./confine-rows";
import type { Arrived } from "./incoming-manifest";
import type { IncomingZip } from "./incoming-zip";
import { renumberRows } from "./renumber-rows";
import { ImportRefused, type Staged, stageRows } from "./stage-rows";

export type Imported = {
  rows: number;
  /** The transaction in that database, by which one can ask later whether it lasted (`pg_xact_status`). */
  transaction: string;
};

type Order = {
  home: System & { person: NonNullable<System["person"]> };
  zip: IncomingZip;
  arrived: readonly Arrived[];
  files: ReadonlyMap<string, string[]>;
  /** The address that the person who took the package proved here. */
  address: string;
};

/** The same forms in which a package was written (lib/data-map/platform.ts). */
const settings = `set timezone = 'UTC'; set datestyle = 'ISO, YMD'; set intervalstyle = 'iso_8601'; set client_encoding = 'UTF8';
  set statement_timeout = '30min'; set lock_timeout = '10s'; set idle_in_transaction_session_timeout = '10min'`;

/**
 * Puts a company's rows into the platform, in one transaction: all of them or none. The map's names alone make the statements, and
 * what a package says is a value (S21).
 * @param before called with what is about to be made lasting
 * @throws ImportRefused when the rows cannot be put in without touching what is there; then nothing was changed
 */
export async function importRows(
  url: string,
  order: Order,
  before: (done: Imported) => Promise<void>,
): Promise<Imported> {
  const client = new pg.Client({ connectionString: url, application_name: "trust center (import)", keepAlive: true });
  client.on("error", () => {});
  await client.connect();
  try {
    await client.query(settings);
    await client.query("begin");
    const done = await put(client, order);
    await before(done);
    await faultPoint("import.commit");
    await client.query("commit");
    return done;
  } catch (error) {
    throw refusedBy(error, order.home);
  } finally {
    await client.end().catch(() => {});
  }
}

async function put(client: pg.Client, { home, zip, arrived, files, address }: Order): Promise<Imported> {
  const catalog = await readCatalog(client, home, ["insert"]);
  const references = referencesOf(home, catalog);
  const collections = arrived.map(({ collection }) => collection);
  // What is pointed at comes first: the order of a deletion, backwards.
  const groups = deletionOrder(collections, references).reverse();
  if (groups.some((group) => group.length > 1)) throw new ImportRefused("circle");
  const staged = await stageRows(client, zip, arrived, files);
  await confineRows(client, home, staged, references, address);
  await unproveAddresses(client, home, staged, address);
  await renumberRows(client, staged, references, catalog);
  let rows = 0;
  for (const [collection] of groups) {
    const one = staged.find((other) => other.collection === collection);
    if (one) rows += await insert(client, one);
  }
  const { rows: found } = await client.query<{ id: string }>("select pg_current_xact_id()::text as id");
  return { rows, transaction: found[0]?.id ?? "" };
}

async function insert(client: pg.Client, { collection, stage, fields }: Staged): Promise<number> {
  // Where a package holds no value and the table wants one, the map has it.
  const given = collection.fields.flatMap(({ name, imported }) =>
    imported === undefined || fields.includes(name) ? [] : [[quoted(name), literal(imported)] as const],
  );
  const columns = [...fields.map(quoted), ...given.map(([name]) => name)].join(", ");
  const values = [...fields.map(quoted), ...given.map(([, value]) => value)].join(", ");
  const { rowCount } = await client.query(
    `insert into ${relationOf(collection)} (${columns}) overriding system value select ${values} from ${stage}`,
  );
  return rowCount ?? 0;
}

/** What Postgres says of a row that does not fit, as a word and one of our own names; nothing of the row. */
function refusedBy(error: unknown, { collections }: System): unknown {
  if (error instanceof ErasureRefused) return new ImportRefused("platform");
  const { code = "", table } = (error ?? {}) as { code?: string; table?: string };
  const words: Record<string, string> = { "23505": "taken", "23503": "incomplete", "23502": "missing-value" };
  const word = words[code] ?? (/^(22|23)/.test(code) ? "unfit-value" : null);
  if (word === null) return error;
  return new ImportRefused(word, collections.find((one) => one.table.name === table)?.name ?? null);
}

/** What became of the transaction of an earlier try. */
export async function statusOf(url: string, transaction: string): Promise<"committed" | "aborted" | "in progress"> {
  const client = new pg.Client({ connectionString: url, application_name: "trust center (import)" });
  client.on("error", () => {});
  await client.connect();
  try {
    const { rows } = await client.query<{ status: "committed" | "aborted" | "in progress" | null }>(
      "select pg_xact_status($1::xid8) as status",
      [transaction],
    );
    return rows[0]?.status ?? "aborted";
  } finally {
    await client.end().catch(() => {});
  }
}
