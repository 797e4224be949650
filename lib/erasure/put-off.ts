import type { Ctx } from "../context";
import { withTransaction } from "../db/transaction";
import type { JobName, JobPayload } from "../jobs/definitions";
import { enqueue } from "../jobs/queue";
import { laterMinutes } from "./one-at-a-time";

/**
 * Lets a job that met an `ErasurePutOff` come back a little later, unless it waits for that already.
 * @param id what the job is about
 */
export const putOff = <N extends JobName>(ctx: Ctx, name: N, payload: JobPayload<N>, id: string): Promise<void> =>
  withTransaction(ctx, (tx) =>
    enqueue(tx, name, payload, { startAfter: tx.now.add({ minutes: laterMinutes }), singletonKey: id }),
  );
