import { type Ctx, systemCtx } from "../context";
import type { KeptBack } from "../data-map/held";
import { dataMap, homeSystem } from "../data-map/load";
import { countReached } from "../data-map/reach";
import type { Collection, Erasure, PolicyCategory, ReachSubject, Scope, System } from "../data-map/types";
import { withRead } from "../db/transaction";
import { ErasureRefused } from "../erasure/catalog";
import { canErase, previewErasure } from "../erasure/erase-subject";
import { endsWithPerson, endWith, keptForWords, mapFor } from "../erasure/kept-until";
import { notAlone } from "../erasure/not-alone";
import { keptBack } from "../holds/kept-back";
import { heldWords, myHolds } from "../holds/queries";
import { log } from "../log";
import { inForce } from "../policy/queries";
import { type PolicyValues, valuesOf } from "../policy/values";
import { type Blocker, findBlockers } from "./find-blockers";
import type { Subject } from "./find-subject";

export type PreviewItem = {
  system: string;
  collection: string;
  label: string;
  category: PolicyCategory;
  rows: number;
  action: Erasure["action"];
  /** Why it is kept or anonymised; null for plain deletion. */
  ground: string | null;
  /** For what is kept: how long, in words such as "7 years after account closure". */
  keptFor: string | null;
};

export type DeletionPreview = {
  scope: Scope;
  items: PreviewItem[];
  blockers: Blocker[];
  /** Of `open-records`: what and how many. */
  open?: { label: string; rows: number }[];
};

type Asked = {
  scope: Scope;
  /** Of the map as it is for this person. */
  home: System;
  values: PolicyValues;
};

/** The map's rule for a collection; one person's deletion never takes what others share with them. */
function whatHappens(
  collection: Collection,
  { scope, home, values }: Asked,
): Pick<PreviewItem, "action" | "ground" | "keptFor"> {
  const { erasure, retention, role } = collection;
  const { action, ground = null, until } = erasure[scope];
  if (action === "keep") return { action, ground, keptFor: keptForWords(until ?? retention, values.retention) };
  if (action === "delete" && role !== "owner" && scope === "person") {
    const ground = endsWithPerson(home, collection)
      ? notAlone(home, collection, scope).page
      : "Other people of your company share it; it ends with the company's account.";
    return { action: "keep", ground, keptFor: null };
  }
  return { action, ground, keptFor: null };
}

/** Of rows that stay as they are: by the map's rule, or since others need them too, and then for as long as a receipt says. */
function whyKept(collection: Collection, asked: Asked): Pick<PreviewItem, "ground" | "keptFor"> {
  const { scope, home, values } = asked;
  const rule = whatHappens(collection, asked);
  if (rule.action === "keep") return rule;
  const account = scope === "person" && endsWithPerson(home, collection) ? "person" : "company";
  const ending = endWith(collection, account, null, values.retention);
  return {
    ground: notAlone(home, collection, scope).page,
    keptFor: keptForWords(ending?.retention ?? collection.retention, values.retention),
  };
}

/** Of rows that stay and lose a link. Of what the map lets go, its ground says why it goes. */
export function whyItStays(collection: Collection, asked: Asked): string | null {
  const { action, ground } = whatHappens(collection, asked);
  return action === "delete" ? notAlone(asked.home, collection, asked.scope).page : ground;
}

/** Of a row that stays without them. A ground is a sentence, or a few words of the map. */
export function linkGoes(ground: string | null): string {
  const why = ground ?? "It is not yours alone";
  return `${why}${/[.!?]$/.test(why) ? "" : "."} The link to you goes.`;
}

type Counted = { system: string; collection: Collection; rows: number } & Partial<ReturnType<typeof whatHappens>>;

/**
 * What the engine would do now, a line for each fate of a collection; by the map's rules alone where it may not write, or could
 * not do it as the platform is now.
 */
async function countFates(
  { subject, kept }: { subject: ReachSubject; kept: readonly KeptBack[] },
  held: string,
  asked: Asked,
): Promise<Counted[]> {
  const { scope } = asked;
  const map = dataMap();
  if (!canErase(map)) return countReached(subject, scope);
  try {
    const found = await previewErasure({ map, subject, scope, kept });
    return found.flatMap(({ system: name, fates }) =>
      fates.flatMap((fate): Counted[] => {
        const system = map.systems.find((one) => one.name === name);
        const collection = system?.collections.find((one) => one.name === fate.collection);
        if (!collection) return [];
        const rule = whatHappens(collection, asked);
        const line = (rows: number, action: Erasure["action"], ground: string | null): Counted => ({
          ...{ system: name, collection, rows, action, ground },
          keptFor: action === "delete" ? null : rule.keptFor,
        });
        return [
          line(fate.deleted, "delete", rule.ground),
          line(fate.anonymised, "anonymise", rule.ground),
          line(fate.reduced, "anonymise", "An empty record stays, since what has to stay points at it."),
          line(fate.unlinked, "anonymise", linkGoes(whyItStays(collection, asked))),
          { ...line(fate.kept, "keep", null), ...whyKept(collection, asked) },
          { ...line(fate.held, "keep", held), keptFor: null },
        ];
      }),
    );
  } catch (error) {
    const tooLong = (error as { code?: string }).code === "57014";
    if (!(error instanceof ErasureRefused || tooLong)) throw error;
    if (!tooLong) log.error({ err: error }, "the engine could not erase as the platform is now");
    return countReached(subject, scope);
  }
}

/**
 * What a deletion would do, counted live on the platform. Changes nothing; call it outside of a transaction. Of a company that they do
 * not own now, nothing but that.
 */
export async function previewDeletion(
  ctx: Ctx,
  subject: Pick<Subject, "platformUserId" | "platformCompanyId">,
  scope: Scope,
): Promise<DeletionPreview> {
  const { platformUserId, platformCompanyId } = subject;
  if (!platformUserId) return { scope, items: [], blockers: [] };
  const [{ blockers, open }, policy, kept] = await Promise.all([
    findBlockers({ platformUserId, platformCompanyId }, scope),
    inForce(ctx),
    // Whoever asks for it, the counts must be true, also of a hold that the person may not know of.
    withRead(systemCtx("preview", ctx.clock), (tx) =>
      keptBack(
        tx,
        "erasure",
        // Asked for now, it would win over what the person had restricted before.
        ctx.actor.kind === "holder" ? { personId: ctx.actor.personId, requestedAt: tx.now } : undefined,
      ),
    ),
  ]);
  // Nobody is shown what a company holds that is not theirs (any more).
  if (blockers.includes("not-owner")) return { scope, items: [], blockers };
  const values = valuesOf(policy?.number ?? 0);
  const held = heldWords(await myHolds(ctx));
  const home = homeSystem(mapFor(dataMap(), { scope, alone: platformCompanyId === null }));
  const asked = { scope, home, values };
  const counted = await countFates({ subject: { platformUserId, platformCompanyId }, kept }, held, asked);
  const items = counted
    .filter(({ rows }) => rows > 0)
    .map(
      ({ system, collection, rows, ...fate }): PreviewItem => ({
        system,
        collection: collection.name,
        label: collection.label,
        category: collection.policyCategory,
        rows,
        ...whatHappens(collection, asked),
        ...fate,
      }),
    );
  return { scope, items, blockers, open };
}
