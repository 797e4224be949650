import { and, asc, desc, eq, isNull } from "drizzle-orm";
import { recordAudit } from "../audit/record";
import type { Ctx } from "../context";
import { homeSystem } from "../data-map/load";
import { clientErasures, clientRequests } from "../db/schema";
import { withRead, withTransaction } from "../db/transaction";
import type { Fate } from "../erasure/execute";
import type { Elsewhere } from "./erase-client";
import { ownedCompany } from "./owned-company";
import { type ClientItem, labelled } from "./preview-client";
import { openRequest, type RequestContent } from "./request-content";

export type ClientRequestView = { id: string; reference: string; passedAt: string } & RequestContent;
export type ClientErasureView = {
  id: string;
  clientId: string;
  orderedAt: string;
  finishedAt: string | null;
  failedAt: string | null;
  items: ClientItem[];
};

export type MyClients = { requests: ClientRequestView[]; erasures: ClientErasureView[] };

/**
 * What was passed on to the company that the person owns and is not done, and which clients were erased. Reading what people
 * wrote is itself recorded. Null for whoever owns no company, and while the platform cannot say so.
 */
export async function myClients(ctx: Ctx): Promise<MyClients | null> {
  const company = await ownedCompany(ctx);
  if (!company.ok) return null;
  const { companyId } = company.value;
  return withTransaction(ctx, async (tx) => {
    const requests = await tx.db
      .select()
      .from(clientRequests)
      .where(and(eq(clientRequests.companyId, companyId), isNull(clientRequests.doneAt)))
      .orderBy(asc(clientRequests.passedAt))
      .limit(200);
    const erasures = await tx.db
      .select()
      .from(clientErasures)
      .where(eq(clientErasures.companyId, companyId))
      .orderBy(desc(clientErasures.orderedAt))
      .limit(50);
    const views = requests.flatMap(({ id, reference, passedAt, sealed }): ClientRequestView[] =>
      sealed ? [{ id, reference, passedAt: passedAt.toString(), ...openRequest(id, sealed) }] : [],
    );
    if (views.length > 0)
      await recordAudit(tx, {
        action: "client-requests.read",
        object: { type: "company", id: companyId },
        payload: { requests: views.length },
      });
    return {
      requests: views,
      erasures: erasures.map(({ id, clientId, orderedAt, finishedAt, failedAt, fates, elsewhere }) => ({
        ...{ id, clientId, orderedAt: orderedAt.toString() },
        finishedAt: finishedAt?.toString() ?? null,
        failedAt: failedAt?.toString() ?? null,
        items: finishedAt ? itemsOf((fates ?? []) as Fate[], (elsewhere ?? {}) as Elsewhere) : [],
      })),
    };
  });
}

const itemsOf = (fates: Fate[], elsewhere: Elsewhere): ClientItem[] => [
  ...Object.entries(elsewhere).flatMap(([system, { fates: there }]) => labelled(there, system)),
  ...labelled(fates, homeSystem().name),
];

/** How many requests wait for the company, by what we knew of it at the last sign-in; for a hint on the overview. */
export function waitingRequests(ctx: Ctx): Promise<number> {
  if (ctx.actor.kind !== "holder") return Promise.resolve(0);
  // Row security shows an owner their company's alone.
  return withRead(ctx, (tx) => tx.db.$count(clientRequests, isNull(clientRequests.doneAt)));
}
