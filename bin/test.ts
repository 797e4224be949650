// `npm test`: every check and test there is; the last line counts them. `npm test -- unit lint` runs a choice.
import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { type Count, type Stage, stages } from "@/test/stages";

const bin = resolve(import.meta.dirname, "../node_modules/.bin");
mkdirSync("test-results", { recursive: true });

function run([command, ...args]: string[], env: Record<string, string> = {}): Promise<number> {
  return new Promise((done) => {
    const child = spawn(command === "npm" ? "npm" : resolve(bin, command as string), args, {
      stdio: "inherit",
      env: { ...process.env, PATH: `${bin}:${process.env.PATH}`, NEXT_TELEMETRY_DISABLED: "1", ...env },
    });
    child.once("error", (error) => {
      console.error(error.message);
      done(127);
    });
    child.once("exit", (code) => done(code ?? 1));
  });
}

async function runStage(stage: Stage): Promise<Count> {
  const problem = stage.prepare?.() ?? null;
  if (problem) console.error(problem);
  let code = problem ? 1 : 0;
  for (const command of stage.commands) if (code === 0) code = await run(command, stage.env);
  try {
    const count = stage.count?.() ?? { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 };
    return code !== 0 && count.failed === 0 ? { ...count, failed: 1 } : count;
  } catch {
    return { passed: 0, failed: 1 };
  }
}

const chosen = process.argv.slice(2);
const total: Count = { passed: 0, failed: 0 };
const lines: string[] = [];
for (const stage of stages) {
  if (chosen.length > 0 && !chosen.includes(stage.name)) continue;
  console.log(`\n=== ${stage.name}`);
  const startedAt = performance.now();
  const { passed, failed } = await runStage(stage);
  total.passed += passed;
  total.failed += failed;
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  lines.push(
    `${failed ? "failed" : "ok    "}  ${stage.name.padEnd(12)} ${passed} passed, ${failed} failed  ${seconds} s`,
  );
}
console.log(`\n${lines.join("\n")}\n\n${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed === 0 ? 0 : 1);
