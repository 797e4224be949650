// `npm test`: every check and test there is; the last line counts them. `npm test -- unit lint` runs a choice.
import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { type Count, type Stage, stages } from "@/test/stages";

const bin = resolve(import.meta.dirname, "../node_modules/.bin");
mkdirSync("test-results", { recursive: true });

type Ended = { code: number; said: string };
type Say = (chunk: Buffer) => void;

/**
 * Runs one command and keeps the end of what it says.
 * @param say takes what it says; without it, it speaks for itself and nothing is kept
 */
function run([command, ...args]: string[], env: Record<string, string> = {}, say?: Say): Promise<Ended> {
  return new Promise((done) => {
    const out = say ? "pipe" : "inherit";
    const child = spawn(command === "npm" ? "npm" : resolve(bin, command as string), args, {
      stdio: ["inherit", out, out],
      env: { ...process.env, PATH: `${bin}:${process.env.PATH}`, NEXT_TELEMETRY_DISABLED: "1", ...env },
    });
    let said = "";
    for (const stream of [child.stdout, child.stderr])
      stream?.on("data", (chunk: Buffer) => {
        say?.(chunk);
        said = (said + chunk.toString()).slice(-3000);
      });
    child.once("error", (error) => {
      console.error(error.message);
      done({ code: 127, said: error.message });
    });
    child.once("close", (code) => done({ code: code ?? 1, said }));
  });
}

async function runStage(stage: Stage, say: Say): Promise<Count> {
  const problem = stage.prepare?.() ?? null;
  if (problem) console.error(problem);
  let ended: Ended = { code: problem ? 1 : 0, said: problem ?? "" };
  for (const command of stage.commands)
    if (ended.code === 0) ended = await run(command, stage.env, stage.count ? undefined : say);
  const broken: Count = { passed: 0, failed: 1, failures: [ended.said] };
  try {
    const count = stage.count?.() ?? (ended.code === 0 ? { passed: 1, failed: 0 } : broken);
    return ended.code !== 0 && count.failed === 0 ? { ...broken, passed: count.passed } : count;
  } catch {
    return broken;
  }
}

const chosen = process.argv.slice(2);
const total: Count = { passed: 0, failed: 0 };
const lines: string[] = [];
const failures: string[] = [];

/** Light stages two at a time, all others alone; each is told in the order of the list. */
async function runAll(todo: Stage[]): Promise<void> {
  let told: Promise<void> = Promise.resolve();
  const running = new Set<Promise<unknown>>();
  for (const stage of todo) {
    while (running.size >= 2) await Promise.race(running);
    if (!stage.light) await told;
    const started = runAndCount(stage);
    const ended: Promise<unknown> = started.then(() => running.delete(ended));
    running.add(ended);
    told = Promise.all([started, told]).then(([tell]) => tell());
    if (!stage.light) await told;
  }
  await told;
}

/** @returns tells what became of it */
async function runAndCount(stage: Stage): Promise<() => void> {
  const said: Buffer[] = [];
  const heading = `\n=== ${stage.name}`;
  if (!stage.light) console.log(heading);
  const startedAt = performance.now();
  const {
    passed,
    failed,
    failures: why = [],
  } = await runStage(stage, (chunk) => (stage.light ? said.push(chunk) : process.stdout.write(chunk)));
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  return () => {
    if (stage.light) console.log(`${heading}\n${Buffer.concat(said)}`);
    total.passed += passed;
    total.failed += failed;
    failures.push(...why.map((failure) => `${stage.name}: ${failure.slice(0, 3000)}`));
    lines.push(
      `${failed ? "failed" : "ok    "}  ${stage.name.padEnd(12)} ${passed} passed, ${failed} failed  ${seconds} s`,
    );
  };
}

await runAll(stages.filter(({ name }) => chosen.length === 0 || chosen.includes(name)));
if (failures.length > 0) console.log(`\n=== what failed\n\n${failures.join("\n\n")}`);
console.log(`\n${lines.join("\n")}\n\n${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed === 0 ? 0 : 1);
