export type BenchResult = {
  /** What was measured, such as `/privacy, the built app`. */
  name: string;
  metric: string;
  value: number;
  unit: string;
  /** How many measurements the value stands for. */
  n: number;
  /** What a reader needs to judge it: machine, sizes, the range. */
  detail?: string;
};

/** What a module of this folder exports; `bin/bench.ts` finds it by the file's name. */
export type Bench = { run: (options: { seconds: number; rows: number; runs: number }) => Promise<BenchResult[]> };
