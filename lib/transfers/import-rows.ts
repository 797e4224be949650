import type pg from "pg";
import { connect } from "../data-map/connect";
import { literal, quoted, relationOf } from "../data-map/identifiers";
import type { Scope, System } from "../data-map/types";
import type { IncomingContents } from "../db/schema";
import { ErasureRefused } from "../erasure/catalog";
import { currentTransaction } from "../erasure/lasting";
import { deletionOrder } from "../erasure/references";
import { faultPoint } from "../faults";
import { confineRows, unproveAddresses } from "./confine-rows";
import type { Arrived } from "./incoming-manifest";
import type { IncomingZip } from "./incoming-zip";
import { dropForeignIdentities, renewValues } from "./own-identities";
import { type Account, placePerson } from "./place-person";
import { type Home, type Intake, planIntake, readSides } from "./plan-intake";
import { renumberRows } from "./renumber-rows";
import { ImportRefused, type Left, type Staged, stageRows } from "./stage-rows";

export type Imported = {
  rows: number;
  /** What became of each collection of the package, with what was not taken over. */
  contents: IncomingContents;
  /** The transaction in that database, by which one can ask later whether it lasted (`pg_xact_status`). */
  transaction: string;
};

type Matched = { arrived: readonly Arrived[]; contents: IncomingContents };
type Order = {
  home: Home;
  scope: Scope;
  zip: IncomingZip;
  matched: Matched;
  files: ReadonlyMap<string, string[]>;
  /** The address that the person who took the package proved here. */
  address: string;
  /** The account that they have here, into which a person's own package goes; null for none. */
  here: Account | null;
};

/** The same forms in which a package was written (lib/data-map/platform.ts). */
const settings = `set timezone = 'UTC'; set datestyle = 'ISO, YMD'; set intervalstyle = 'iso_8601'; set client_encoding = 'UTF8';
  set statement_timeout = '30min'; set lock_timeout = '10s'; set idle_in_transaction_session_timeout = '10min'`;

/**
 * Puts a company's rows, or a person's own, into the platform, in one transaction: all of them or none. The map's names alone make the statements, and
 * what a package says is a value (S21).
 * @param before called with what is about to be made lasting
 * @throws ImportRefused when the rows cannot be put in without touching what is there; then nothing was changed
 */
export async function importRows(
  url: string,
  order: Order,
  before: (done: Imported) => Promise<void>,
): Promise<Imported> {
  const client = await connect(url, "import");
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

async function put(client: pg.Client, { home, scope, zip, matched, files, address, here }: Order): Promise<Imported> {
  // One import at a time: two that look for free keys at once would both find the same ones. A large one takes its time.
  await client.query(
    "set local lock_timeout = '25min'; select pg_advisory_xact_lock(5136224908817405); set local lock_timeout = '10s'",
  );
  const sides = await readSides(client, home, scope);
  const { catalog, references } = sides;
  const { taken, contents } = planIntake(matched.arrived, matched.contents, sides);
  // What is pointed at comes first: the order of a deletion, backwards.
  const groups = deletionOrder(
    taken.map(({ collection }) => collection),
    references,
  ).reverse();
  if (groups.some((group) => group.length > 1)) throw new ImportRefused("circle");
  const all = await stageRows(client, zip, taken, files);
  if (scope === "company") await confineRows(client, home, all, references, address);
  const { placed: staged, left } =
    scope === "person" ? await placePerson(client, sides, all, { address, here }) : { placed: all, left: [] };
  await unproveAddresses(client, home, staged, address);
  left.push(...(await dropForeignIdentities(client, home, staged, catalog, address)));
  await renewValues(client, home, staged, catalog);
  await renumberRows(client, staged, sides);
  let rows = 0;
  for (const [collection] of groups) {
    const one = staged.find((other) => other.collection === collection);
    if (one) rows += await insert(client, one);
  }
  return { rows, contents: withLeft(contents, left), transaction: await currentTransaction(client) };
}

const withLeft = (contents: IncomingContents, left: readonly Left[]): IncomingContents =>
  contents.map((content) => {
    const here = left
      .filter(({ collection }) => collection === content.collection)
      .map(({ collection: _, ...what }) => what);
    return here.length > 0 ? { ...content, left: here } : content;
  });

/**
 * What a package that was checked would be here: which collections and columns are taken over, by the map and the tables.
 * @throws ImportRefused when the platform is not as the map says
 */
export async function previewIntake(
  url: string,
  { home, scope, matched }: Pick<Order, "home" | "scope" | "matched">,
): Promise<Intake> {
  const client = await connect(url, "import");
  try {
    return planIntake(matched.arrived, matched.contents, await readSides(client, home, scope));
  } catch (error) {
    throw refusedBy(error, home);
  } finally {
    await client.end().catch(() => {});
  }
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
  // Also what its tables' own rules refuse (44, P0), and what is larger or nested deeper than Postgres holds (54).
  const word = words[code] ?? (/^(22|23|44|54|P0)/.test(code) ? "unfit-value" : null);
  if (word === null) return error;
  return new ImportRefused(word, collections.find((one) => one.table.name === table)?.name ?? null);
}
