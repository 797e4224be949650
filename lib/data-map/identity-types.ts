import { familyOf } from "./type-families";
import type { System } from "./types";

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
