import type { Ctx } from "../context";
import { clientIdentity } from "../data-map/check-clients";
import { clientIdentities } from "../data-map/find-clients";
import { homeSystem } from "../data-map/load";
import type { DataMap } from "../data-map/types";
import { type Again, doAgain } from "../erasure/do-again";
import { merged } from "../erasure/erase-subject";
import { neededEraserUrl } from "../erasure/eraser-url";
import { type Fate, sumOf } from "../erasure/execute";
import { keptByOthers } from "../erasure/kept-now";
import { type ErasureOrder, eraseInSystem, previewInSystem } from "../erasure/run-system";
import { clientOrders } from "./client-order";
import type { ClientSighting } from "./client-sightings";

/**
 * Erases again a client whom a restore brought back, in every system of the map that is about clients. What a hold keeps stays.
 * @throws ErasureRefused
 */
export async function replayClient(
  ctx: Ctx,
  map: DataMap,
  { ref, isWhole, identities }: ClientSighting,
  dryRun: boolean,
): Promise<Again> {
  const { kept, standing } = await keptByOthers(ctx);
  const known = merged(await clientIdentities(ref.companyId, ref.clientId, homeSystem(map)), identities);
  if (ref.clientId === "") known.delete(clientIdentity);
  const orders = await clientOrders(map, ref, known, kept);
  const each = async (work: (url: string, order: ErasureOrder) => Promise<{ fates: Fate[] }>) => {
    const fates: Fate[] = [];
    for (const order of orders) fates.push(...(await work(neededEraserUrl(order.system), order)).fates);
    return sumOf(fates);
  };
  return doAgain(ctx, {
    ...{ dryRun, isWhole, identities, standing },
    preview: () => each((url, order) => previewInSystem(url, order, 0)),
    erase: (prepare) => each((url, order) => eraseInSystem(url, order, prepare)),
  });
}
