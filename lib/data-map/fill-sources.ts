import type pg from "pg";
import { columnType } from "./column-type";
import type { Node, Plan, Source } from "./compile";
import { quoted, tableName } from "./identifiers";
import { accountsOf, fieldOf } from "./named";
import { isZero } from "./none";
import { isCompany, ownerSql, sameCompany } from "./platform-person";
import { ReachError, withGivenIds } from "./reach-error";
import { analyzeSql, feedSql, type Sizes, seedSql, seedStep } from "./reach-sql";
import type { ReachSubject } from "./types";

/**
 * Fills a plan's sources, set by set, until a pass adds nothing.
 * @param subject whose rows are reached; of several, the rows of each
 * @param identities what other systems found, by kind
 * @param proven that the person owns the company was asked before: an erasure that goes on may have taken that row already
 * @param known what the sources hold from an earlier time that they were filled, in this session: then they only grow
 * @returns how many values each source holds
 * @throws ReachError when company scope is asked for somebody who does not own that company now
 */
export async function fillSources(
  plan: Plan,
  client: pg.ClientBase,
  subject: ReachSubject | readonly ReachSubject[],
  identities: ReadonlyMap<string, string[]>,
  { proven = false, known = null }: { proven?: boolean; known?: Sizes | null } = {},
): Promise<Sizes> {
  const subjects: readonly ReachSubject[] = [subject].flat();
  const sizes = new Map<Source, number>(known ?? []);
  const newest = new Map<Source, number>([...(known?.keys() ?? [])].map((source) => [source, seedStep]));
  const grow = async (source: Source, rows: number, step: number) => {
    if (rows === 0) return;
    sizes.set(source, (sizes.get(source) ?? 0) + rows);
    newest.set(source, step);
    // One value is compared as such; more are joined, and the planner wants to know how many.
    if ((sizes.get(source) ?? 0) > 1) await client.query(analyzeSql(source));
  };
  const seed = async (source: Source | null, values: string[]) => {
    if (!source || values.length === 0 || known) return;
    const { rowCount } = await client.query(seedSql(source), [values]);
    await grow(source, rowCount ?? 0, seedStep);
  };
  await withGivenIds(plan.system, async () => {
    if (plan.company) {
      for (const one of proven ? [] : subjects) await refuseStranger(plan, client, one);
      await seed(
        plan.company,
        subjects.flatMap(({ platformCompanyId: id }) => (id !== null && !standsForNone(plan, id) ? [id] : [])),
      );
    }
    await seed(
      plan.person,
      subjects.map(({ platformUserId }) => platformUserId),
    );
  });
  for (const source of plan.sources) {
    if (source.identity) await seed(source, identities.get(source.identity) ?? []);
  }

  let step = seedStep;
  const consumed = new Map<Node, number>();
  for (let changed = true; changed; ) {
    changed = false;
    for (const node of plan.nodes) {
      const before = consumed.get(node);
      const latest = Math.max(0, ...node.entries.map(({ source }) => newest.get(source) ?? 0));
      const given = node.companyField !== null || node.entries.some(({ source }) => source.virtual);
      if (before === undefined ? latest === 0 && !given : latest <= before) continue;
      consumed.set(node, step);
      for (const { source, feeder } of feedsOf(plan, node)) {
        const sql = feedSql(plan, source, feeder, sizes);
        const { rowCount } = sql ? await client.query(sql, [before ?? 0, step + 1]) : { rowCount: 0 };
        if (!rowCount) continue;
        step += 1;
        changed = true;
        await grow(source, rowCount, step);
      }
    }
  }
  return sizes;
}

/** What rows of a node put where; the company's own id is a seed and never grows. */
export const feedsOf = (plan: Plan, node: Node) =>
  plan.sources
    .filter((source) => source !== plan.company)
    .flatMap((source) => source.feeders.filter((feeder) => feeder.node === node).map((feeder) => ({ source, feeder })));

/** Whoever is in no company shares nothing: what an empty column says is no company, whoever asks for it. */
function standsForNone({ system }: Plan, id: string): boolean {
  const [own, theirs] = [
    fieldOf(accountsOf(system, "company"), system.company?.id),
    fieldOf(accountsOf(system, "person"), system.person?.company),
  ];
  return isZero(id) || [...(own?.none ?? []), ...(theirs?.none ?? [])].includes(id);
}

/** Company scope is its owner's: asked of the platform itself, in the same snapshot. */
async function refuseStranger({ system }: Plan, client: pg.ClientBase, subject: ReachSubject): Promise<void> {
  const { person } = system;
  const companies = accountsOf(system, "company");
  const people = accountsOf(system, "person");
  if (!person?.company || !person.owner || !people || !companies)
    throw new ReachError("The data map knows no company owners.");
  // As the column's own type, so that an index serves the comparison.
  const { rowCount } = await client.query(
    `select 1 from ${tableName(people)} p
     where p.${quoted(person.id)} = $1::text::${await columnType(client, people, person.id)} and ${ownerSql({ ...system, person })}
       and exists (select 1 from ${tableName(companies)} c where ${sameCompany({ ...system, person })} and ${isCompany(system, "$2")})`,
    [subject.platformUserId, subject.platformCompanyId],
  );
  if (!rowCount) throw new ReachError("This person does not own that company on the platform (any more).");
}
