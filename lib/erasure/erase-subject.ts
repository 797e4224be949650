import { keyedHash } from "../crypto/hash";
import type { Held } from "../data-map/held";
import { homeSystem } from "../data-map/load";
import { identitiesAtHome } from "../data-map/reach";
import type { DataMap, ReachSubject, Scope, System } from "../data-map/types";
import { ErasureRefused } from "./catalog";
import type { Fate } from "./execute";
import { type ErasureOrder, eraseInSystem, previewInSystem } from "./run-system";

export type SystemFates = { system: string; fates: Fate[] };

type Erased = {
  map: DataMap;
  subject: ReachSubject;
  scope: Scope;
  /** See {@link ErasureOrder}. */
  proven?: boolean;
  /** Identities known beforehand, by kind, for somebody whose own row may be gone. */
  known?: ReadonlyMap<string, string[]>;
  /** What is kept from any change. */
  held?: Held;
};

/** What an erasure would do now in every system of the map; changes nothing. @throws ErasureRefused */
export async function previewErasure(erased: Erased): Promise<SystemFates[]> {
  return inEachSystem(erased, previewInSystem);
}

/**
 * Erases a person, or a company with everybody in it, in every system of the map: the home system last, since from there the
 * others are found. Each system is one transaction; whoever calls again after a fault goes on where it ended.
 * @throws ErasureRefused naming what has to be mended first; in the system it names nothing was changed
 */
export async function eraseSubject(erased: Erased): Promise<SystemFates[]> {
  return inEachSystem(erased, eraseInSystem);
}

/** True when every system names a login that erases, and its address is set. */
export const canErase = ({ systems }: DataMap): boolean =>
  systems.every(({ eraser }) => {
    try {
      return Boolean(eraser?.());
    } catch {
      return false;
    }
  });

/** Does `work` for one system after the other: the home system last, since from there the others are found. */
export async function inEachSystem(
  { map, subject, scope, proven = false, known = new Map(), held = () => null }: Erased,
  work: (url: string, order: ErasureOrder) => Promise<{ fates: Fate[] }>,
): Promise<SystemFates[]> {
  const without = map.systems.filter(({ eraser }) => !eraser);
  if (without.length > 0)
    throw new ErasureRefused(
      without.map(({ name }) => `${name}: the map names no login that erases (trust.eraser)`).join("\n"),
    );
  const home = homeSystem(map);
  const others = map.systems.filter(({ name }) => name !== home.name);
  const identities =
    others.length > 0 ? await identitiesAtHome(map, subject, scope, proven) : new Map<string, string[]>();
  for (const [kind, values] of known) identities.set(kind, [...(identities.get(kind) ?? []), ...values]);
  const found: SystemFates[] = [];
  for (const system of [...others, home]) {
    const order = {
      ...{ system, subject, scope, proven, lastingKey: lastingKeyOf(system), held },
      identities: system === home ? known : identities,
    };
    const { fates } = await work(system.eraser?.() ?? "", order);
    found.push({ system: system.name, fates });
  }
  return found;
}

/** Asked for only where a field is hashed: it follows from the installation's secret. */
const lastingKeyOf = ({ name, collections }: System): string =>
  collections.some(({ fields }) =>
    fields.some(({ erasure }) => erasure?.action === "anonymise" && erasure.by === "hash"),
  )
    ? keyedHash("erasure", name)
    : "";
