import { recordAudit } from "../audit/record";
import { consume } from "../auth/rate-limit";
import type { Ctx } from "../context";
import { clientIdentities, findClient, type PlatformClient } from "../data-map/find-clients";
import { dataMap } from "../data-map/load";
import { withTransaction } from "../db/transaction";
import { ErasureRefused } from "../erasure/catalog";
import { eraserUrl } from "../erasure/eraser-url";
import { type Fate, holdsAny } from "../erasure/execute";
import { previewInSystem } from "../erasure/run-system";
import { fail, ok, type Result } from "../errors";
import { keptBack } from "../holds/kept-back";
import { log } from "../log";
import { clientOrders } from "./client-order";
import { ownedCompany } from "./owned-company";

export type ClientItem = Fate & { label: string };
export type ClientPreview = PlatformClient & {
  /** What is held about them and what an erasure would do with it; null where the engine cannot erase. */
  items: ClientItem[] | null;
};

type Reasons = "sign-in-required" | "not-allowed" | "cannot-check" | "too-many" | "not-found";

/** What a company holds about one of its clients, counted now, each looking at which is an audit entry. Changes nothing. */
export async function previewClient(
  ctx: Ctx,
  { clientId }: { clientId: string },
): Promise<Result<ClientPreview, Reasons>> {
  const company = await ownedCompany(ctx);
  if (!company.ok) return company;
  const { personId, companyId } = company.value;
  const paced = await consume("clients.person", personId);
  if (!paced.ok) return paced;
  const client = await findClient(companyId, clientId);
  if (!client) return fail("not-found");
  const kept = await withTransaction(ctx, async (tx) => {
    await recordAudit(tx, {
      action: "client.read",
      object: { type: "company", id: companyId },
      payload: { client: client.id },
    });
    return keptBack(tx, "erasure");
  });
  const identities = await clientIdentities(companyId, client.id);
  const orders = await clientOrders(dataMap(), { clientId: client.id, companyId }, identities, kept);
  if (orders.length === 0 || orders.some(({ system }) => !eraserUrl(system))) return ok({ ...client, items: null });
  try {
    const items: ClientItem[] = [];
    for (const order of orders) {
      const { fates } = await previewInSystem(eraserUrl(order.system) ?? "", order);
      items.push(...labelled(fates, order.system.name));
    }
    return ok({ ...client, items });
  } catch (err) {
    if (!(err instanceof ErasureRefused)) throw err;
    log.error({ err }, "the engine could not erase a client as the platform is now");
    return ok({ ...client, items: null });
  }
}

/** What held anything, in the words of the map. */
export function labelled(fates: readonly Fate[], system: string): ClientItem[] {
  const collections = dataMap().systems.find(({ name }) => name === system)?.collections ?? [];
  return fates.filter(holdsAny).map((fate) => ({
    ...fate,
    label: collections.find(({ name }) => name === fate.collection)?.label ?? fate.collection,
  }));
}
