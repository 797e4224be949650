import type { Ctx } from "../context";
import type { DataMap } from "../data-map/types";
import { inOneSentence } from "../process/in-one-sentence";
import { previewSweep, startPreview } from "./preview-sweep";
import { type RunView, sweepById } from "./queries";
import { runSweep } from "./run-sweep";

export type Told = {
  /** What became of each collection by now. */
  rows: ReturnType<typeof rowOf>[];
  /** What could not be done, one sentence each; empty when all was. */
  failures: string[];
  /** What ended it early and nobody expects; missing: nothing of the kind. */
  error?: unknown;
};

type Options = { map: DataMap; isDryRun?: boolean; watch?: boolean };

/**
 * Sweeps, or counts what a sweep would do, for whoever runs the command: also of one that failed they are told what was done.
 * @returns null when another one is running
 */
export async function sweepByCommand(ctx: Ctx, { map, isDryRun = false, watch = true }: Options): Promise<Told | null> {
  let id: string | null = null;
  let failure: { error: unknown } | null = null;
  try {
    if (isDryRun) {
      id = (await startPreview(ctx))?.id ?? null;
      if (id) await previewSweep(ctx, { sweepId: id }, { map });
    } else
      await runSweep(ctx, {
        ...{ map, watch },
        begun: (sweepId) => {
          id = sweepId;
        },
      });
  } catch (error) {
    failure = { error };
  }
  if (!id && !failure) return null;
  // Where the record cannot be read any more, what ended it is said all the same.
  const reading = id ? sweepById(ctx, id) : Promise.resolve([]);
  const runs = await (failure ? reading.catch(() => []) : reading);
  const said = failure && inOneSentence(failure.error);
  const sentences = [...runs.map((run) => run.failure), said].flatMap((one) => one?.split("\n") ?? []);
  return {
    rows: runs.map(rowOf),
    failures: [...new Set(sentences)],
    ...(failure && said === null ? failure : {}),
  };
}

function rowOf(run: RunView) {
  const { rule, collection, accounts, deleted, estimated, partitions, emptied, held, waiting, leftOver } = run;
  return {
    ...{ rule, collection, accounts, deleted, "in partitions, about": estimated, partitions },
    ...{ emptied, held, waiting, "left over": leftOver },
    ended: run.failure ? "failed" : run.finishedAt ? "done" : "not done",
  };
}
