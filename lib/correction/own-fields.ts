import { findSubject, type Subject } from "../cases/find-subject";
import { holderOf } from "../cases/permit";
import { type Ctx, isSteppedUp } from "../context";
import { dataMap } from "../data-map/load";
import { type OwnCell, readOwnCells } from "../data-map/own-cells";
import { rowName } from "../data-map/row-name";
import { type CorrectionKind, type PolicyCategory, policyCategories } from "../data-map/types";
import { withRead } from "../db/transaction";
import { eraserUrl } from "../erasure/eraser-url";
import { fail, ok, type Result } from "../errors";
import { dayInWords, inWords } from "../in-words";
import { handleOf } from "./content";

/** One value as the page shows it. */
export type OwnField = {
  handle: string;
  label: string;
  value: string | null;
  kind: CorrectionKind;
  max: number;
  by: "rule" | "staff" | "address";
};

export type OwnRecord = { label: string; fields: OwnField[] };
export type OwnGroup = { category: PolicyCategory; records: OwnRecord[] };

/** What is looked up again at every step: the person, and each of their cells by its handle. */
export async function cellsOf(
  ctx: Ctx,
): Promise<
  Result<
    { personId: string; timeZone: string; cells: Map<string, OwnCell> },
    "sign-in-required" | "step-up-required" | "not-found"
  >
> {
  const holder = holderOf(ctx);
  if (!holder) return fail("sign-in-required");
  const found = await withRead(ctx, async (tx) => ({
    fresh: isSteppedUp(holder, tx.now),
    subject: await findSubject(tx, holder.personId),
  }));
  // Whoever reads values reads a part of the package, which asks for the same (P3).
  if (!found.fresh) return fail("step-up-required");
  if (!found.subject) return fail("not-found");
  const { timeZone } = found.subject;
  return ok({ personId: holder.personId, timeZone, cells: await cellsOfSubject(found.subject) });
}

/**
 * What is a person's own and may be put right, each by its handle; nothing of a system in which no login changes rows: what it holds is asked
 * for in words. The caller knows that it may be read.
 */
export async function cellsOfSubject({
  personId,
  platformUserId,
  platformCompanyId,
}: Subject): Promise<Map<string, OwnCell>> {
  const map = dataMap();
  const written = map.systems.filter((system) => eraserUrl(system) !== null).map(({ name }) => name);
  if (!platformUserId || written.length === 0) return new Map();
  const cells = await readOwnCells(map, { platformUserId, platformCompanyId });
  return new Map(
    cells
      .filter(({ system }) => written.includes(system))
      .map((cell) => [handleOf(personId, { ...cell, collection: cell.collection.name, field: cell.field.name }), cell]),
  );
}

/** What the person may have put right, with the values as they stand now, by the policy's categories. */
export async function ownFields(
  ctx: Ctx,
): Promise<Result<OwnGroup[], "sign-in-required" | "step-up-required" | "not-found">> {
  const read = await cellsOf(ctx);
  return read.ok ? ok(inGroups(read.value.cells, read.value.timeZone)) : read;
}

/** As the pages show them: by category, and by row; rows of one collection by when they began. @param zone whose days those are */
export function inGroups(cells: ReadonlyMap<string, OwnCell>, zone: string): OwnGroup[] {
  const groups = new Map<PolicyCategory, Map<string, Row>>();
  for (const [handle, cell] of cells) {
    const { collection, field, key, value } = cell;
    const records = groups.get(field.policyCategory) ?? new Map<string, Row>();
    groups.set(field.policyCategory, records);
    const row = JSON.stringify([cell.system, collection.name, key]);
    const record = records.get(row) ?? {
      ...{ label: collection.label, fields: [], began: beganOf(cell, zone), name: nameOf(cell) },
    };
    records.set(row, record);
    record.fields.push({ handle, label: labelOf(cell), value, ...field.correct });
  }
  // In the policy's order, as everywhere, and not in that of the tables.
  return policyCategories.flatMap((category) => {
    const records = groups.get(category);
    return records ? [{ category, records: toldApart([...records.values()]) }] : [];
  });
}

type Began = { day: string; time: string };
type Row = OwnRecord & { began: Began | null; name: string | null };

/** A key of several columns says which row it is, such as the lesson of an attendance; a number that the platform gave says less than ours. */
function nameOf({ system, collection, key }: OwnCell): string | null {
  const found = dataMap().systems.find(({ name }) => name === system);
  return found && key.length > 1 ? rowName(found, collection, key) : null;
}

/** A day without an hour is the same everywhere. */
function beganOf({ collection, since }: OwnCell, zone: string): Began | null {
  if (!since) return null;
  const isDay = collection.fields.find(({ name }) => name === collection.since)?.type === "date";
  const day = dayInWords(since, isDay ? "UTC" : zone);
  return { day, time: isDay ? day : inWords(since, zone) };
}

/** Rows that are called the same are called by their day too; of one day by their time, and of one time by their key or a number. */
function toldApart(records: readonly Row[]): OwnRecord[] {
  const alike = Map.groupBy(records, ({ label }) => label);
  return records.map((record) => {
    const { label, fields, began } = record;
    const others = alike.get(label) ?? [];
    if (others.length === 1) return { label, fields };
    const ofDay = others.filter((other) => other.began?.day === began?.day);
    const ofTime = ofDay.filter((other) => other.began?.time === began?.time);
    const when = ofDay.length === 1 ? began?.day : began?.time;
    const number = ofTime.length === 1 ? "" : `, ${record.name ?? `${ofTime.indexOf(record) + 1} of ${ofTime.length}`}`;
    return { label: `${when ? `${label}, ${when}` : label}${number}`, fields };
  });
}

/** The map's description is the better word where it has one, such as "Email address". */
export const labelOf = ({ field }: Pick<OwnCell, "field">): string =>
  field.description && field.description.length <= 40 ? field.description : field.label;
