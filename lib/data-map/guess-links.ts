import { familyOf } from "./type-families";

type Named = { table: string; name: string; key: boolean };
type Column = Named & { schema: string; type: string };
type Tables = ReadonlyMap<string, readonly Column[]>;

/** A link that no foreign key knows. */
export type Guess = { child: string; column: string; parent: string; parentColumn: string };

/**
 * `user_id`, `userId`, `member_ids`, `created_by`, addresses, and people by their names: what leads to somebody is called so where no
 * foreign key says it.
 */
const linkLike = [
  /_(ids?|uuid|by)$|mail|address(es)?$|user_?name$/i,
  /[a-z](Ids?|ID|Uuid|By)$/,
  /^(user|owner|author|creator|sender|recipient)$/i,
];
/** `mailed_at` is a time. */
const timeLike = /_(at|on)$|[a-z](At|On)$/;

/**
 * Of a table's columns those that by their name may lead to somebody, beside its own key and what foreign keys know: most of the links of
 * a schema without foreign keys. A key that is called like another table's, such as `user_id` of `user_settings`, leads there.
 * @param known columns of foreign keys
 * @param tables what all are called
 */
function seemLinks(columns: readonly Named[], known: ReadonlySet<string>, tables: ReadonlySet<string>): string[] {
  const isOnlyKey = columns.filter(({ key }) => key).length === 1;
  const isOwn = ({ name, key, table }: Named) =>
    key && isOnlyKey && (isIdOf(name, table) || ![...tables].some((other) => isIdOf(name, other)));
  return columns
    .filter(
      (column) =>
        !isOwn(column) &&
        !known.has(column.name) &&
        !timeLike.test(column.name) &&
        linkLike.some((like) => like.test(column.name)),
    )
    .map(({ name }) => name);
}

/** Whether an id is called like a table: `user_id` and `users`, `category_id` and `shop_categories`, `userId` and `User`. */
function isIdOf(id: string, table: string): boolean {
  return namesOf(id).some((one) => `_${table.toLowerCase()}`.endsWith(`_${one}`));
}

/** What a table may be called to which an id leads; none of what is called like no id. */
function namesOf(id: string): string[] {
  const stem = stemOf(id);
  return stem === id.toLowerCase() ? [] : [stem, `${stem}s`, `${stem}es`, stem.replace(/y$/, "ies")];
}

const stemOf = (id: string): string => id.toLowerCase().replace(/_?(id|uuid)s?$/, "");

/** What people are called as they do something: `owner_id`, `created_by`, `assignee_uuid`. */
const personLike = /(^|_)(user|member|owner|author|creator|sender|recipient|assignee)$|.(_by|By)$/;

/**
 * Links that columns seem to be by what they are called, where a table with a key of one column of such a type is called so, or it is a word
 * for people; and the columns of which none can be told.
 * @param known columns of a table's foreign keys
 * @param people what their table is called, if that is known
 */
export function guessLinks(
  tables: Tables,
  known: (table: string) => ReadonlySet<string>,
  people?: string,
): { guesses: Guess[]; left: Map<string, string[]> } {
  const called = new Set([...tables.values()].flatMap((columns) => columns.map(({ table }) => table)));
  const guesses: Guess[] = [];
  const left = new Map<string, string[]>();
  for (const [child, columns] of tables) {
    const open: string[] = [];
    for (const name of seemLinks(columns, known(child), called)) {
      const guess = guessOf(tables, child, columns, name, people);
      if (guess) guesses.push(guess);
      else open.push(name);
    }
    if (open.length > 0) left.set(child, open);
  }
  return { guesses, left };
}

function guessOf(
  tables: Tables,
  child: string,
  columns: readonly Column[],
  name: string,
  people: string | undefined,
): Guess | null {
  // By type and id: it leads to rows of several tables.
  if (columns.some((one) => one.name.toLowerCase().replace(/_?type$/, ":") === `${stemOf(name)}:`)) return null;
  const isPerson = personLike.test(name) || personLike.test(stemOf(name));
  const parent = calledLike(tables, child, name) ?? (isPerson ? people : undefined);
  const keys = (parent === undefined ? undefined : tables.get(parent))?.filter(({ key }) => key) ?? [];
  const [key] = keys;
  const column = columns.find((one) => one.name === name);
  const [of, to] = [column, key].map((one) => one && familyOf({ type: one.type, dataType: null }));
  if (parent === undefined || !key || keys.length > 1 || of !== to) return null;
  return { child, column: name, parent, parentColumn: key.name };
}

/** The one table that is called like this id, or ends so. */
function calledLike(tables: Tables, child: string, id: string): string | undefined {
  const others = [...tables].filter(([name, [first]]) => name !== child && first && isIdOf(id, first.table));
  const whole = others.filter(([, [first]]) => namesOf(id).includes(String(first?.table.toLowerCase())));
  const [only, ...more] = whole.length > 0 ? whole : others;
  return more.length === 0 ? only?.[0] : undefined;
}
