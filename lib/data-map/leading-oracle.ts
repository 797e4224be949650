import { fieldIn, isNothing, linkLeads, type Memory, type MemoryRow, oracle } from "./reach-oracle";
import { roleBy } from "./role-by";
import type { Edge, ReachSubject, Scope, System } from "./types";

// What leads from a request to rows that have to be found again, said in the plainest way. Tests compare the SQL with it.

/** The columns that have to stay of each row that leads to any of these rows; by collection and place. */
export function leadingOracle(
  system: System,
  memory: Memory,
  subject: ReachSubject,
  scope: Scope,
  isAwaited: (collection: string, row: MemoryRow) => boolean,
  { identities = true, through = (_: string): boolean => true } = {},
): Map<string, Set<string>> {
  const reached = oracle(system, memory, subject, scope);
  const names = Object.keys(reached);
  const rowsOf = (name: string) => (memory[name] ?? []).map((row, at) => ({ name, row, at }));
  type Row = ReturnType<typeof rowsOf>[number];
  const collectionOf = (name: string) => system.collections.find((one) => one.name === name);
  const isReached = ({ name, at }: Row) => reached[name]?.has(at) === true;
  const leadsOn = ({ name, at }: Row) =>
    isReached({ name, at } as Row) && (scope === "company" || reached[name]?.get(at) === "owner");
  const byCompany = (name: string) =>
    scope === "company" && (collectionOf(name)?.companyField || system.company?.collection === name);
  const edgesTo = (name: string) =>
    system.edges.filter(
      ({ from, to, scope: of }) =>
        to.collection === name && names.includes(from.collection) && (of === "both" || of === scope),
    );
  const meets = ({ only }: Edge, row: MemoryRow) => !only || only.is?.includes(String(row[only.field])) === true;
  const fits = (edge: Edge, source: MemoryRow, row: MemoryRow) =>
    meets(edge, edge.holder === "from" ? source : row) &&
    linkLeads(
      system,
      edge,
      edge.to.columns.map((column) => row[column]),
    ) &&
    edge.to.columns.every((column, at) => row[column] !== null && source[edge.from.columns[at] ?? ""] === row[column]);
  /** The request begins with this value. */
  const isSeed = (edge: Edge, row: MemoryRow) => {
    if (edge.only && edge.holder === "from") return false;
    const [account, id] =
      scope === "person"
        ? [system.person?.collection, subject.platformUserId]
        : [system.company?.collection, subject.platformCompanyId];
    return (
      edge.from.collection === account &&
      edge.from.columns.join() === "id" &&
      String(row[edge.to.columns[0] ?? ""]) === id
    );
  };
  const mails = (name: string, way: "follow" | "enter") =>
    (identities ? (collectionOf(name)?.fields ?? []) : []).filter((field) => field[way]).map((field) => field.name);
  const sameMail = (one: Row, there: string, other: Row, here: string) => {
    const [a, b] = [one.row[there], other.row[here]];
    const collection = collectionOf(one.name);
    if (!collection || typeof a !== "string" || typeof b !== "string") return false;
    return !isNothing(fieldIn(collection, there), a) && a.toLowerCase() === b.toLowerCase();
  };

  const all = names.flatMap(rowsOf);
  const counts = (role: string) => scope === "company" || role === "owner";
  /** The edges by which a row is somebody's own. */
  const ways = ({ name, row }: Row) =>
    edgesTo(name).filter(
      (edge) =>
        counts(roleBy(edge, collectionOf(name) ?? { role: "owner" }, scope)) &&
        (isSeed(edge, row)
          ? meets(edge, row)
          : all.some(
              (source) => source.name === edge.from.collection && leadsOn(source) && fits(edge, source.row, row),
            )),
    );
  const isOneself = ({ name, row }: Row) =>
    scope === "person" && name === system.person?.collection && String(row.id) === subject.platformUserId;
  const kept = new Map<string, Set<string>>();
  const keep = ({ name, at }: Row, columns: string[]) => {
    const known = kept.get(`${name} ${at}`) ?? new Set();
    kept.set(`${name} ${at}`, new Set([...known, ...columns]));
  };
  const onlyOf = ({ only, holder }: Edge, end: "from" | "to") => (only && holder === end ? [only.field] : []);
  const queue = all.filter((one) => isReached(one) && through(one.name) && isAwaited(one.name, one.row));
  const seen = new Set(queue.map(({ name, at }) => `${name} ${at}`));
  for (const needed of queue) {
    if (byCompany(needed.name)) continue;
    const lead = (source: Row, columns: string[]) => {
      keep(source, columns);
      if (seen.has(`${source.name} ${source.at}`)) return;
      seen.add(`${source.name} ${source.at}`);
      queue.push(source);
    };
    for (const source of all.filter(
      (one) =>
        leadsOn(one) &&
        through(one.name) &&
        (identities || byCompany(one.name) || isOneself(one) || ways(one).length > 0),
    )) {
      for (const edge of edgesTo(needed.name))
        if (edge.from.collection === source.name && !isSeed(edge, needed.row) && fits(edge, source.row, needed.row))
          lead(source, [...edge.from.columns, ...onlyOf(edge, "from")]);
      for (const here of mails(needed.name, "enter"))
        for (const there of mails(source.name, "follow"))
          if (sameMail(source, there, needed, here)) lead(source, [there]);
    }
  }
  // How those rows are found that lead to any.
  for (const row of all.filter(({ name, at }) => kept.has(`${name} ${at}`))) {
    const { name, companyField, role } = collectionOf(row.name) ?? { name: "", companyField: null, role: "owner" };
    if (byCompany(name)) keep(row, [companyField ?? "id"]);
    else {
      for (const edge of ways(row)) keep(row, [...edge.to.columns, ...onlyOf(edge, "to")]);
      for (const here of counts(role) ? mails(name, "enter") : [])
        if (
          all.some(
            (source) =>
              leadsOn(source) && mails(source.name, "follow").some((there) => sameMail(source, there, row, here)),
          )
        )
          keep(row, [here]);
    }
  }
  return kept;
}
