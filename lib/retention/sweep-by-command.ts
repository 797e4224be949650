import type { Ctx } from "../context";
import type { DataMap } from "../data-map/types";
import { eraserUrl } from "../erasure/eraser-url";
import { erasableProblems } from "../erasure/read-erasable";
import type { Mapped } from "../erasure/references";
import { inOneSentence } from "../process/in-one-sentence";
import { neverEmpty } from "./never-empty";
import { previewSweep, startPreview } from "./preview-sweep";
import { type RunView, sweepById } from "./queries";
import { runSweep } from "./run-sweep";

export type Told = {
  /** What became of each collection by now. */
  rows: ReturnType<typeof rowOf>[];
  /** What could not be done, one sentence each; empty when all was. */
  failures: string[];
  /** Why rows that are due wait for good, one sentence each (never-empty.ts). */
  waits: string[];
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
    waits: await waitsOf(map, runs),
    ...(failure && said === null ? failure : {}),
  };
}

async function waitsOf({ systems }: DataMap, runs: readonly RunView[]): Promise<string[]> {
  const said: string[] = [];
  for (const system of systems) {
    const waiting = runs.filter((run) => run.system === system.name && run.waiting > 0);
    const url = eraserUrl(system);
    if (waiting.length === 0 || !url) continue;
    const read = (mapped: Mapped) => {
      const all = neverEmpty(mapped);
      said.push(...all.filter((one) => waiting.some((run) => one.startsWith(`${run.system}.${run.collection}: `))));
      return [];
    };
    // What was swept is told also where the database does not answer any more.
    await erasableProblems(url, system, read).catch(() => {});
  }
  return said;
}

function rowOf(run: RunView) {
  const { rule, collection, accounts, deleted, estimated, partitions, emptied, held, waiting, waitsFor, leftOver } =
    run;
  return {
    ...{ rule, collection, accounts, deleted, "in partitions, about": estimated, partitions },
    ...{ emptied, held, waiting, for: waitsFor.map(({ label, rows }) => `${label} ${rows}`).join(", ") },
    "left over": leftOver,
    ended: run.failure ? "failed" : run.finishedAt ? "done" : "not done",
  };
}
