type Named = { name: string; key: boolean };

/** `user_id`, `userId`, `member_ids`, `created_by`, and addresses: what leads to somebody is called so where no foreign key says it. */
const linkLike = [/_(ids?|uuid|by)$|mail/i, /[a-z](Ids?|ID|Uuid|By)$/];
/** `mailed_at` is a time. */
const timeLike = /_(at|on)$|[a-z](At|On)$/;

/**
 * Of a table's columns those that by their name may lead to somebody, beside its own key and what foreign keys know: most of the links of
 * a schema without foreign keys.
 * @param known columns of foreign keys
 */
export function seemLinks(columns: readonly Named[], known: ReadonlySet<string>): string[] {
  const isOwnKey = columns.filter(({ key }) => key).length === 1;
  return columns
    .filter(
      ({ name, key }) =>
        !(key && isOwnKey) && !known.has(name) && !timeLike.test(name) && linkLike.some((like) => like.test(name)),
    )
    .map(({ name }) => name);
}
