import { familyOf } from "./type-families";

type Named = { table: string; name: string; key: boolean };
type Column = Named & { schema: string; type: string };
type Tables = ReadonlyMap<string, readonly Column[]>;

/** A link that no foreign key knows. */
export type Guess = { child: string; column: string; parent: string; parentColumn: string };

/** What the tables are called in which accounts are, where that is known. */
type Accounts = { people?: string | undefined; companies?: string | undefined };

/** `userId`, `UserID` and `user_id` are one name. */
const snake = (name: string): string => name.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toLowerCase();

const person = "(user|member|person|owner|author|creator|sender|recipient|assignee|payer|holder)";
/** What people are called as they do something: `owner_id`, `created_by`, `assignee_uuid`. */
const personLike = new RegExp(`(^|_)${person}$|._by$`);
/** `user_id`, `member_ids`, `created_by`, addresses, and people by their names: what leads to somebody is called so. */
const linkLike = new RegExp(`_(ids?|uuids?|by)$|mail|address(es)?$|user_?name$|^${person}$`);
/** By which somebody is known in a table of nothing but addresses, such as a newsletter's. */
const addressLike = /(mail|address|user_?name)$/;
/** `mailed_at` is a time. */
const timeLike = /_(at|on)$/;

/**
 * Of a table's columns those that by their name may lead to somebody, beside its own key and what foreign keys know: most of the links of
 * a schema without foreign keys. A key that is called like another table's, such as `user_id` of `user_settings`, leads there.
 * @param known columns of foreign keys
 * @param leads whether a name is called like a table
 */
function seemLinks(
  columns: readonly Column[],
  known: ReadonlySet<string>,
  leads: (column: Column) => boolean,
): string[] {
  const isOnlyKey = columns.filter(({ key }) => key).length === 1;
  const isOwn = (column: Column) =>
    column.key &&
    isOnlyKey &&
    (isIdOf(column.name, column.table) || !(leads(column) || addressLike.test(snake(column.name))));
  return columns
    .filter(
      (column) =>
        !isOwn(column) &&
        !known.has(column.name) &&
        !isTimeOrFlag(column) &&
        (linkLike.test(snake(column.name)) || leads(column)),
    )
    .map(({ name }) => name);
}

const isTimeOrFlag = ({ name, type }: Column): boolean =>
  type === "boolean" || familyOf({ type, dataType: null }) === "moment" || timeLike.test(snake(name));

/** Whether an id is called like a table: `user_id` and `users`, `category_id` and `shop_categories`, `userId` and `User`. */
function isIdOf(id: string, table: string): boolean {
  return namesOf(id).some((one) => `_${snake(table)}`.endsWith(`_${one}`));
}

/** What a table may be called to which an id leads; none of what is called like no id. */
function namesOf(id: string): string[] {
  const stem = stemOf(id);
  return stem === snake(id) ? [] : namesFor(stem);
}

const namesFor = (one: string): string[] => [
  ...[one, `${one}s`, `${one}es`, one.replace(/y$/, "ies"), one.replace(/person$/, "people")],
];

const stemOf = (id: string): string => snake(id).replace(/_?(id|uuid)s?$/, "");

/**
 * Links that columns seem to be by what they are called, where a table with a key of one column of such a type is called so, or it is a word
 * for people; and the columns of which none can be told.
 * @param known columns of a table's foreign keys
 */
export function guessLinks(
  tables: Tables,
  known: (table: string) => ReadonlySet<string>,
  accounts: Accounts = {},
): { guesses: Guess[]; left: Map<string, string[]> } {
  const called = new Set([...tables.values()].flatMap((columns) => columns.map(({ table }) => table)));
  const guesses: Guess[] = [];
  const left = new Map<string, string[]>();
  for (const [child, columns] of tables) {
    const leads = ({ name }: Named) =>
      [...called].some((one) => isIdOf(name, one)) || accountCalled(tables, child, name, accounts) !== undefined;
    const open: string[] = [];
    for (const name of seemLinks(columns, known(child), leads)) {
      const guess = guessOf(tables, child, columns, name, accounts);
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
  accounts: Accounts,
): Guess | null {
  if (columns.some((one) => saysWhatOf(one.name, name))) return null;
  const parent = parentOf(tables, child, name, accounts);
  const keys = (parent === undefined ? undefined : tables.get(parent))?.filter(({ key }) => key) ?? [];
  const [key] = keys;
  const column = columns.find((one) => one.name === name);
  const [of, to] = [column, key].map((one) => one && familyOf({ type: one.type, dataType: null }));
  if (parent === undefined || !key || keys.length > 1 || of !== to) return null;
  return { child, column: name, parent, parentColumn: key.name };
}

/** Whether a column says of which kind a link is, as `owner_type` does beside `owner_id`: it leads to rows of several tables. */
const saysWhatOf = (column: string, link: string): boolean =>
  snake(column).replace(/_?(type|kind|class|table|model)(_id)?$/, ":") === `${stemOf(link)}:`;

/** The one table that is called like this link; where it is a word for people too, none that only ends so and is not theirs. */
function parentOf(tables: Tables, child: string, name: string, accounts: Accounts): string | undefined {
  const { people } = accounts;
  const others = [...tables].filter(([other, [first]]) => other !== child && first && isIdOf(name, first.table));
  const whole = others.filter(([, [first]]) => namesOf(name).includes(snake(first?.table ?? "")));
  const [only, ...more] = (whole.length > 0 ? whole : others).map(([other]) => other);
  const called = accountCalled(tables, child, name, accounts) ?? (more.length === 0 ? only : undefined);
  if (people === undefined || whole.length > 0 || !(personLike.test(snake(name)) || personLike.test(stemOf(name))))
    return called;
  return called === undefined || called === people ? people : undefined;
}

/** The accounts that a column is called like without saying that it holds an id: `organisation`. Of other tables that would be any word. */
function accountCalled(
  tables: Tables,
  child: string,
  name: string,
  { people, companies }: Accounts,
): string | undefined {
  return [people, companies].find(
    (one) =>
      one !== undefined && one !== child && namesFor(snake(name)).includes(snake(tables.get(one)?.[0]?.table ?? "")),
  );
}
