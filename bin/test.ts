// `npm test`: every check and test there is; the last line counts them. `npm test -- unit lint` runs a choice.
import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { type Count, type Stage, stages } from "@/test/stages";

const bin = resolve(import.meta.dirname, "../node_modules/.bin");
mkdirSync("test-results", { recursive: true });

type Ended = { code: number; said: string };

/** Runs one command; `heard` keeps the end of what it says while saying it. */
function run([command, ...args]: string[], env: Record<string, string> = {}, heard = false): Promise<Ended> {
  return new Promise((done) => {
    const out = heard ? "pipe" : "inherit";
    const child = spawn(command === "npm" ? "npm" : resolve(bin, command as string), args, {
      stdio: ["inherit", out, out],
      env: { ...process.env, PATH: `${bin}:${process.env.PATH}`, NEXT_TELEMETRY_DISABLED: "1", ...env },
    });
    let said = "";
    for (const [from, to] of [
      [child.stdout, process.stdout],
      [child.stderr, process.stderr],
    ] as const)
      from?.on("data", (chunk: Buffer) => {
        to.write(chunk);
        said = (said + chunk.toString()).slice(-3000);
      });
    child.once("error", (error) => {
      console.error(error.message);
      done({ code: 127, said: error.message });
    });
    child.once("close", (code) => done({ code: code ?? 1, said }));
  });
}

async function runStage(stage: Stage): Promise<Count> {
  const problem = stage.prepare?.() ?? null;
  if (problem) console.error(problem);
  let ended: Ended = { code: problem ? 1 : 0, said: problem ?? "" };
  for (const command of stage.commands)
    if (ended.code === 0) ended = await run(command, stage.env, stage.count === undefined);
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
for (const stage of stages) {
  if (chosen.length > 0 && !chosen.includes(stage.name)) continue;
  console.log(`\n=== ${stage.name}`);
  const startedAt = performance.now();
  const { passed, failed, failures: said = [] } = await runStage(stage);
  total.passed += passed;
  total.failed += failed;
  failures.push(...said.map((failure) => `${stage.name}: ${failure.slice(0, 3000)}`));
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  lines.push(
    `${failed ? "failed" : "ok    "}  ${stage.name.padEnd(12)} ${passed} passed, ${failed} failed  ${seconds} s`,
  );
}
if (failures.length > 0) console.log(`\n=== what failed\n\n${failures.join("\n\n")}`);
console.log(`\n${lines.join("\n")}\n\n${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed === 0 ? 0 : 1);
