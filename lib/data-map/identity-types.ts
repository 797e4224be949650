import { familyOf } from "./type-families";
import type { System } from "./types";

/**
 * Links and identities within documents, which are one value to the database: nothing in them is found, and they would stay with nobody
 * noticing. One finding each.
 */
export function documentLinks({ name: system, collections, edges }: System): { where: string; message: string }[] {
  const ends = edges.flatMap(({ from, to }) => [from, to]);
  return collections.flatMap(({ name: collection, table, fields }) =>
    fields
      .filter(
        ({ name, type, identity }) =>
          /^jsonb?\b/i.test(type ?? "") &&
          (identity !== null || ends.some((end) => end.collection === collection && end.columns.includes(name))),
      )
      .map(({ name }) => ({
        where: `${system}: ${table.schema}.${table.name}.${name}`,
        message: `is one value to the database, and what lies in it is not found; name a generated column (\`${name} ->> 'user'\`), or take the link out`,
      })),
  );
}

/** Identities that never meet: those of one kind are compared as words, and an `inet` becomes words with its mask. One finding each. */
export function identityTypes({ name: system, collections }: System): { where: string; message: string }[] {
  const held = collections.flatMap(({ table, fields }) =>
    fields.flatMap((field) => (field.identity ? [{ table, field, isAddress: familyOf(field) === "address" }] : [])),
  );
  return held
    .filter(
      ({ field, isAddress }) =>
        isAddress && held.some((one) => one.field.identity === field.identity && !one.isAddress),
    )
    .map(({ table, field: { name, identity } }) => ({
      where: `${system}: ${table.schema}.${table.name}.${name}`,
      message: `is compared with other columns of the identity ${identity} as words, which have no mask; make all of them \`inet\`, or name a generated column of its words (\`host(${name})\`)`,
    }));
}
