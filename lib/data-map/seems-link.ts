type Named = { table: string; name: string; key: boolean };

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
export function seemLinks(
  columns: readonly Named[],
  known: ReadonlySet<string>,
  tables: ReadonlySet<string>,
): string[] {
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
  const stem = id.toLowerCase().replace(/_?(id|uuid)$/, "");
  const whole = `_${table.toLowerCase()}`;
  return (
    stem !== id.toLowerCase() &&
    [stem, `${stem}s`, `${stem}es`, stem.replace(/y$/, "ies")].some((one) => whole.endsWith(`_${one}`))
  );
}
