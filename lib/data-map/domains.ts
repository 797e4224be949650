/** A recursive CTE: what each domain is made of, step by step, with the greatest modifier on the way. */
export const domainsSql = `domains as (
    select oid, typbasetype as base, typtypmod as modifier from pg_type where typtype = 'd'
    union all select d.oid, b.typbasetype, greatest(d.modifier, b.typtypmod) from domains d join pg_type b on b.oid = d.base and b.typtype = 'd')`;

/** SQL of the type of a column as Postgres names it, of a domain that of what it is made of; beside {@link domainsSql}. @param attribute its row of pg_attribute */
export const baseTypeSql = (attribute: string): string =>
  `coalesce((select format_type(d.base, d.modifier) from domains d join pg_type b on b.oid = d.base and b.typtype <> 'd'
     where d.oid = ${attribute}.atttypid), format_type(${attribute}.atttypid, ${attribute}.atttypmod))`;
