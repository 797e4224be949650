import type pg from "pg";
import { keyedHash, randomToken } from "../crypto/hash";
import { anyHeld, type Held, heldIn, type KeptBack } from "../data-map/held";
import { homeSystem } from "../data-map/load";
import { identitiesAtHome, othersIdentities, ownIdentities } from "../data-map/reach";
import type { DataMap, ReachSubject, Scope, System } from "../data-map/types";
import { EnvError } from "../env";
import { ErasureRefused } from "./catalog";
import { eraserUrl, noEraser } from "./eraser-url";
import type { Fate } from "./execute";
import { refuseUnready } from "./read-erasable";
import { type ErasureOrder, eraseInSystem, previewInSystem } from "./run-system";

export type SystemFates = { system: string; fates: Fate[] };

type Erased = {
  map: DataMap;
  subject: ReachSubject;
  scope: Scope;
  /** See {@link ErasureOrder}. */
  proven?: boolean;
  /** See {@link ErasureOrder}. */
  nobodyElse?: readonly string[];
  /** See {@link ErasureOrder}. */
  closedAt?: Temporal.Instant | undefined;
  /** Rows that nothing may change for now. */
  kept?: readonly KeptBack[];
  /** Others that are left alone, such as a later account's. */
  spared?: Held;
  /** Identities by which the person was ever known, beside those that the home system still holds; by kind. */
  known?: ReadonlyMap<string, readonly string[]>;
};

/**
 * What an erasure would do now in every system of the map; changes nothing.
 * @param seconds see {@link previewInSystem}
 * @throws ErasureRefused
 */
export async function previewErasure(erased: Erased, seconds?: number): Promise<SystemFates[]> {
  return inEachSystem(erased, (url, order) => previewInSystem(url, order, seconds));
}

/**
 * Erases a person, or a company with everybody in it, in every system of the map: the home system last, since from there the
 * others are found. Each system is one transaction; whoever calls again after a fault goes on where it ended.
 * @throws ErasureRefused naming what has to be mended first; in the system it names nothing was changed
 */
export async function eraseSubject(erased: Erased): Promise<SystemFates[]> {
  await refuseUnready(erased.map);
  return inEachSystem(erased, eraseInSystem);
}

/** True when every system names a login that erases, and its address is set. */
export const canErase = ({ systems }: DataMap): boolean => systems.every((system) => eraserUrl(system) !== null);

/** Does `work` for one system after the other: the home system last, since from there the others are found. */
export async function inEachSystem(
  {
    map,
    subject,
    scope,
    proven = false,
    nobodyElse = [],
    closedAt,
    kept = [],
    spared = () => null,
    known = new Map(),
  }: Erased,
  work: (url: string, order: ErasureOrder) => Promise<{ fates: Fate[] }>,
): Promise<SystemFates[]> {
  const without = map.systems.filter(({ eraser }) => !eraser);
  if (without.length > 0) throw new ErasureRefused(without.map(({ name }) => `${name}: ${noEraser}`).join("\n"));
  const home = homeSystem(map);
  const others = map.systems.filter(({ name }) => name !== home.name);
  const found = others.length > 0 ? await identitiesAtHome(map, subject, scope, proven) : new Map<string, string[]>();
  const all = merged(found, known);
  // Another account's as well: what another system holds of it is that one's too.
  const identities = others.length > 0 ? await ownIdentities(map, subject, scope, all, nobodyElse) : all;
  const done: SystemFates[] = [];
  for (const system of [...others, home]) {
    const order = {
      ...{
        system,
        subject,
        scope,
        proven,
        lastingKey: lastingKeyOf(system),
        nobodyElse,
        kept,
        closedAt,
        held: async (client: pg.ClientBase) => anyHeld([await heldIn(client, system, kept), spared]),
      },
      ...(system === home
        ? { identities: merged(known) }
        : {
            identities,
            othersAtHome: async (kind: string, values: readonly string[]) => {
              const theirs = await othersIdentities(map, subject, scope, new Map([[kind, values]]), nobodyElse);
              return theirs.get(kind) ?? [];
            },
          }),
    };
    const { fates } = await work(system.eraser?.() ?? "", order);
    done.push({ system: system.name, fates });
  }
  return done;
}

/** Each kind's values, once each. */
export function merged(...all: ReadonlyMap<string, readonly string[]>[]): Map<string, string[]> {
  const sum = new Map<string, string[]>();
  for (const [kind, values] of all.flatMap((one) => [...one]))
    sum.set(kind, [...new Set([...(sum.get(kind) ?? []), ...values])]);
  return sum;
}

/**
 * Asked for only where a field is hashed: it follows from the installation's secret. A preview and a trial on a copy, which alone do
 * without the trust center's variables, have one for this once.
 */
export const lastingKeyOf = ({ name, collections }: System): string =>
  collections.some(({ fields }) =>
    fields.some(({ erasure }) => erasure?.action === "anonymise" && erasure.by === "hash"),
  )
    ? (secretOrNull(name) ?? randomToken())
    : "";

function secretOrNull(system: string): string | null {
  try {
    return keyedHash("erasure", system);
  } catch (error) {
    if (error instanceof EnvError) return null;
    throw error;
  }
}
