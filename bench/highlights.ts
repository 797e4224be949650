import { globSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { basename, dirname, resolve } from "node:path";
import { diffWords } from "diff";
import { diffPolicies, type PolicyDiff } from "@/lib/policy/diff";
import type { ComparedClause } from "@/lib/policy/diff-clauses";
import { readForeign } from "@/lib/policy/foreign";
import type { BenchResult } from "./result";

// Real texts; they lie beside the checkout and are not ours to copy.
const folder = resolve(import.meta.dirname, "../../shared/data/policies");

type Version = { name: string; source: string };
type Pair = [before: Version, after: Version];

/**
 * The comparison of real policies: reading a version, the changes of two versions that were read, and all of it for a pair
 * as a page has it the first time; beside `diffWords` of jsdiff over the same sources in the same run. Neighbouring versions of
 * every policy in ../shared/data/policies, after one round to warm up; `diffWords` once, since it takes seconds for a pair.
 * @throws when no real policies lie beside the checkout
 */
export async function run({ runs }: { runs: number }): Promise<BenchResult[]> {
  const versions = readVersions();
  const pairs = [...versions.values()].flatMap((all) =>
    all.slice(1).map((after, index): Pair => [all[index] ?? after, after]),
  );
  if (pairs.length === 0) throw new Error("There is no policy in ../shared/data/policies to measure with.");
  measure([...versions.values()].flat(), pairs);
  const rounds = Array.from({ length: Math.max(1, runs) }, () => measure([...versions.values()].flat(), pairs));
  // The best of the runs for each text and pair, so that what else the machine does is not measured.
  const parse = best(rounds.map((round) => round.parse));
  const model = best(rounds.map((round) => round.model));
  const whole = best(rounds.map((round) => round.whole));
  const words = byWords(pairs);
  const size = [...versions.values()].flat().reduce((sum, { source }) => sum + source.length, 0);
  const machine = `${pairs.length} pairs, ${Math.round(size / 1000)} kB in all, best of ${runs} runs, ${availableParallelism()} cores`;
  const name = "real policies";
  const row = (metric: string, times: readonly number[], of: number, goal?: BenchResult["goal"]): BenchResult => ({
    name,
    metric,
    value: quantile(times, of),
    unit: "ms",
    n: times.length,
    detail: `median ${quantile(times, 0.5).toFixed(2)}, p95 ${quantile(times, 0.95).toFixed(2)}, most ${quantile(times, 1).toFixed(2)} ms; ${machine}`,
    ...(goal ? { goal } : {}),
  });
  const one = rounds[0];
  return [
    row("read one version, median", parse, 0.5, { most: 25 }),
    row("changes of two read versions, median", model, 0.5, { most: 1 }),
    row("read both and their changes, p95", whole, 0.95, { most: 100 }),
    row("diffWords of both sources, median", words.times, 0.5),
    row("diffWords of both sources, p95", words.times, 0.95),
    {
      name,
      metric: "characters said to have changed, ours",
      value: one?.marked ?? 0,
      unit: "characters",
      n: pairs.length,
    },
    {
      name,
      metric: "characters said to have changed, diffWords",
      value: words.marked,
      unit: "characters",
      n: pairs.length,
    },
  ];
}

function readVersions(): Map<string, Version[]> {
  const policies = new Map<string, Version[]>();
  for (const file of globSync(`${folder}/**/*.md`).sort()) {
    const version = { name: basename(file), source: readFileSync(file, "utf8") };
    policies.set(dirname(file), [...(policies.get(dirname(file)) ?? []), version]);
  }
  return policies;
}

function measure(versions: readonly Version[], pairs: readonly Pair[]) {
  const parse = versions.map(({ source }) => timed(() => read(source)).ms);
  const model: number[] = [];
  const whole: number[] = [];
  let marked = 0;
  for (const [before, after] of pairs) {
    // Read anew for each pair: nothing that an earlier comparison found out is known to it.
    const old = timed(() => read(before.source));
    const now = timed(() => read(after.source));
    const changes = timed(() => diffPolicies({ clauses: old.value }, { clauses: now.value }));
    model.push(changes.ms);
    whole.push(old.ms + now.ms + changes.ms);
    marked += markedIn(changes.value);
  }
  return { parse, model, whole, marked };
}

function byWords(pairs: readonly Pair[]): { times: number[]; marked: number } {
  let marked = 0;
  const times = pairs.map(([before, after]) => {
    const { value, ms } = timed(() => diffWords(before.source, after.source));
    marked += value.reduce((sum, part) => sum + (part.added || part.removed ? part.value.length : 0), 0);
    return ms;
  });
  return { times, marked };
}

function read(source: string): ComparedClause[] {
  const text = readForeign(source);
  if (!text.ok) throw new Error(`line ${text.problem.line}: ${text.problem.message}`);
  return text.clauses;
}

const markedIn = ({ clauses }: PolicyDiff): number =>
  clauses
    .flatMap(({ rows }) => rows)
    .reduce((sum, row) => {
      if (row.kind === "deleted") return sum + row.old.text.length;
      if (row.kind === "inserted") return sum + row.new.text.length;
      const runs = "runs" in row ? (row.runs ?? []) : [];
      return runs.reduce((all, run) => all + (run.kind === "del" || run.kind === "ins" ? run.text.length : 0), sum);
    }, 0);

function timed<T>(work: () => T): { value: T; ms: number } {
  const start = performance.now();
  const value = work();
  return { value, ms: performance.now() - start };
}

const best = (rounds: readonly (readonly number[])[]): number[] =>
  (rounds[0] ?? []).map((_, index) => Math.min(...rounds.map((round) => round[index] ?? Number.POSITIVE_INFINITY)));

function quantile(values: readonly number[], of: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(of * sorted.length) - 1)] ?? 0;
}
