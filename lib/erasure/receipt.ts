import { config } from "../../trust-center.config";
import { homeSystem } from "../data-map/load";
import type { DataMap, PolicyCategory, Scope } from "../data-map/types";
import type { PolicyValues } from "../policy/values";
import { type Fate, holdsAny } from "./execute";
import { type Closures, endsWithPerson, type KeptUntil, keptUntil, mapFor } from "./kept-until";
import { numberOf } from "./lasting";
import { notAlone } from "./not-alone";
import type { ProviderAnswer } from "./provider-answers";

export type ReceiptCollection = {
  name: string;
  label: string;
  category: PolicyCategory | null;
  deleted: number;
  /** The own records that stay without what said whose they are. */
  anonymised: number;
  /** Emptied of all but what others need to point at. */
  emptied: number;
  /** Records of others that lost the link. */
  unlinked: number;
  kept: number;
  /** Kept as they are for now, since the law asks for it: by a legal hold, or what the person had restricted so that it is kept. */
  held: number;
  /** Why something was kept, and until when; null where nothing was. */
  ground: string | null;
  until: KeptUntil | null;
};

/** What an erasure did. Times are ISO instants; it holds no name, address or id of the person. */
export type Receipt = {
  edition: number;
  madeAt: string;
  madeBy: string;
  keysAt: string;
  /** The edition before, by the SHA-256 of its file. */
  replaces: { edition: number; sha256: string } | null;
  /** Staff carried it out and said so; nothing was counted by the engine. Missing where the engine did. */
  byHand?: true;
  /** It stopped before every system was done; `systems` are those that were. Only from the command line. */
  incomplete?: true;
  case: {
    reference: string;
    scope: Scope;
    requestedAt: string;
    graceEndedAt: string;
    carriedOutAt: string;
  };
  /** Null for somebody whom the platform did not know. */
  subject: { commitment: string | null };
  /** The policy version whose periods were applied; null before the first. */
  policy: { version: number; sha256: string } | null;
  /** `transaction`: the one in which it happened there, and of several, as of what is too much for one, the last. */
  systems: { name: string; label: string; transaction: string; finishedAt: string; collections: ReceiptCollection[] }[];
  providers: ProviderAnswer[];
  backups: { keepDays: number; agedOutBy: string };
  howToCheck: string[];
};

export type ReceiptRun = { system: string; transaction: string; finishedAt: Temporal.Instant; fates: Fate[] };

/** What became of the collections of one system that held anything, with grounds and end dates. */
export function systemLines(
  given: DataMap,
  runs: readonly ReceiptRun[],
  facts: {
    scope: Scope /** A person in no company. */;
    alone: boolean;
    closures: Closures;
    erasedAt: Temporal.Instant;
    values: PolicyValues;
  },
): Receipt["systems"] {
  const map = mapFor(given, facts);
  const home = homeSystem(map);
  return runs.map(({ system: name, transaction, finishedAt, fates }) => {
    const system = map.systems.find((one) => one.name === name);
    const collections = fates.filter(holdsAny).map((fate): ReceiptCollection => {
      const collection = system?.collections.find((one) => one.name === fate.collection);
      const { deleted, anonymised, reduced, unlinked, kept, held } = fate;
      const rule = collection?.erasure[facts.scope];
      return {
        ...{ name: fate.collection, label: collection?.label ?? fate.collection },
        ...{
          category: collection?.policyCategory ?? null,
          deleted,
          anonymised,
          emptied: reduced,
          unlinked,
          kept,
          held,
        },
        ground:
          kept === 0
            ? null
            : rule?.action === "keep"
              ? (rule.ground ?? null)
              : notAlone(home, collection ?? { name: fate.collection, scope: "both" }, facts.scope).receipt,
        until:
          kept === 0 || !collection
            ? null
            : keptUntil(collection, {
                ...{ scope: facts.scope, closures: facts.closures, erasedAt: facts.erasedAt },
                periods: facts.values.retention,
                withPerson: endsWithPerson(home, collection),
                isShared: rule?.action !== "keep",
              }),
      };
    });
    return {
      name,
      label: system?.label ?? name,
      transaction: numberOf(transaction),
      finishedAt: finishedAt.toString(),
      collections,
    };
  });
}

/** By when no backup holds what was erased: each is kept `backups.keepDays` days. */
export const backupsOut = (carriedOutAt: Temporal.Instant): Receipt["backups"] => ({
  keepDays: config.backups.keepDays,
  agedOutBy: carriedOutAt.add({ hours: 24 * config.backups.keepDays }).toString(),
});
