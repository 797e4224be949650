export type BenchResult = {
  /** What was measured, such as `/privacy, the built app`. */
  name: string;
  metric: string;
  value: number;
  unit: string;
  /** How many measurements the value stands for. */
  n: number;
  /** What the value has to reach; without one it is only told. */
  goal?: { least: number } | { most: number };
  /** What a reader needs to judge it: machine, sizes, the range. */
  detail?: string;
};

/** `at least 1: met`; empty without a goal. */
export function verdict({ value, goal }: BenchResult): string {
  if (!goal) return "";
  const [said, met] =
    "least" in goal ? [`at least ${goal.least}`, value >= goal.least] : [`at most ${goal.most}`, value <= goal.most];
  return `${said}: ${met ? "met" : "MISSED"}`;
}

/** What a module of this folder exports; `bin/bench.ts` finds it by the file's name. */
export type Bench = { run: (options: { seconds: number; rows?: number; runs: number }) => Promise<BenchResult[]> };

/** The middle one; of an even number the higher. */
export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
