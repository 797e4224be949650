import { familyOf } from "./type-families";

type Column = { schema: string; table: string; name: string; type: string; key: boolean };
type Tables = ReadonlyMap<string, readonly Column[]>;

/** A link that no foreign key knows. */
export type Guess = { child: string; column: string; parent: string; parentColumn: string };

/** What the tables are called in which accounts are, where that is known. */
type Accounts = { people?: string | undefined; companies?: string | undefined };

/** `endings`: the tables by each way in which their names end, from a word on: `crm_users` by that and by `users`. */
type Schema = { tables: Tables; endings: ReadonlyMap<string, readonly string[]>; accounts: Accounts };

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
): Column[] {
  const isOnlyKey = columns.filter(({ key }) => key).length === 1;
  const isOwn = (column: Column) =>
    column.key &&
    isOnlyKey &&
    (isIdOf(column.name, column.table) || !(leads(column) || addressLike.test(snake(column.name))));
  return columns.filter(
    (column) =>
      !isOwn(column) &&
      !known.has(column.name) &&
      !isTimeOrFlag(column) &&
      (linkLike.test(snake(column.name)) || leads(column)),
  );
}

const isTimeOrFlag = ({ name, type }: Column): boolean =>
  type === "boolean" || familyOf({ type, dataType: null }) === "moment" || timeLike.test(snake(name));

/** Whether an id is called like its own table: `user_id` of `users`, `category_id` of `shop_categories`, `userId` of `User`. */
const isIdOf = (id: string, table: string): boolean => {
  const endings = endingsOf(table);
  return namesOf(id).some((one) => endings.includes(one));
};

/** How a table's name ends, from each of its words on. */
const endingsOf = (table: string): string[] => {
  const words = snake(table).split("_");
  return words.map((_, at) => words.slice(at).join("_"));
};

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
  const endings = new Map<string, string[]>();
  for (const [name, [first]] of tables)
    for (const ending of first ? endingsOf(first.table) : [])
      endings.set(ending, [...(endings.get(ending) ?? []), name]);
  const schema: Schema = { tables, endings, accounts };
  const guesses: Guess[] = [];
  const left = new Map<string, string[]>();
  for (const [child, columns] of tables) {
    const leads = ({ name }: Column) =>
      namesOf(name).some((one) => endings.has(one)) || accountCalled(schema, child, name) !== undefined;
    const open: string[] = [];
    for (const column of seemLinks(columns, known(child), leads)) {
      const guess = guessOf(schema, child, columns, column);
      if (guess) guesses.push(guess);
      else open.push(column.name);
    }
    if (open.length > 0) left.set(child, open);
  }
  return { guesses, left };
}

function guessOf(schema: Schema, child: string, columns: readonly Column[], column: Column): Guess | null {
  const { name } = column;
  if (columns.some((one) => saysWhatOf(one.name, name))) return null;
  const parent = parentOf(schema, child, name);
  if (parent === undefined) return null;
  const [key, ...more] = schema.tables.get(parent)?.filter((one) => one.key) ?? [];
  const family = ({ type }: Column) => familyOf({ type, dataType: null });
  if (!key || more.length > 0 || family(column) !== family(key)) return null;
  return { child, column: name, parent, parentColumn: key.name };
}

/** Whether a column says of which kind a link is, as `owner_type` does beside `owner_id`: it leads to rows of several tables. */
const saysWhatOf = (column: string, link: string): boolean =>
  snake(column).replace(/_?(type|kind|class|table|model)(_id)?$/, ":") === `${stemOf(link)}:`;

/** The one table that is called like this link; where it is a word for people too, none that only ends so and is not theirs. */
function parentOf(schema: Schema, child: string, name: string): string | undefined {
  const { tables, endings, accounts } = schema;
  const names = namesOf(name);
  const others = [...new Set(names.flatMap((one) => endings.get(one) ?? []))].filter((other) => other !== child);
  const whole = others.filter((other) => names.includes(snake(tables.get(other)?.[0]?.table ?? "")));
  const [only, ...more] = whole.length > 0 ? whole : others;
  const called = accountCalled(schema, child, name) ?? (more.length === 0 ? only : undefined);
  const { people } = accounts;
  if (people === undefined || whole.length > 0 || !(personLike.test(snake(name)) || personLike.test(stemOf(name))))
    return called;
  return called === undefined || called === people ? people : undefined;
}

/** The accounts that a column is called like without saying that it holds an id: `organisation`. Of other tables that would be any word. */
function accountCalled({ tables, accounts }: Schema, child: string, name: string): string | undefined {
  const names = namesFor(snake(name));
  return [accounts.people, accounts.companies].find(
    (one) => one !== undefined && one !== child && names.includes(snake(tables.get(one)?.[0]?.table ?? "")),
  );
}
