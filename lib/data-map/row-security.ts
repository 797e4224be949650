/**
 * SQL of whether row security could hide rows of a table from the login: it applies to it, and no policy says that it sees all of
 * them (`using (true)`) without another one that takes some away again.
 * @param table SQL of the table's oid
 */
export const hidesRows = (table: string): string => `(row_security_active(${table}) and not (
  exists (select 1 from pg_policy p where p.polrelid = ${table} and p.polpermissive and p.polcmd = '*'
    and ${appliesTo} and pg_get_expr(p.polqual, p.polrelid) = 'true' and coalesce(pg_get_expr(p.polwithcheck, p.polrelid), 'true') = 'true')
  and not exists (select 1 from pg_policy p where p.polrelid = ${table} and not p.polpermissive and ${appliesTo})))`;

const appliesTo =
  "(p.polroles = '{0}' or exists (select 1 from unnest(p.polroles) r where r <> 0 and pg_has_role(r, 'usage')))";
