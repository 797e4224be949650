// `npm run policy:import -- <file> --number 1 --announced 2025-05-28 [--effective 2025-06-27]`: the policy as it was published before.
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { systemCtx } from "@/lib/context";
import { closeDatabases } from "@/lib/db/client";
import { readPolicyFile } from "@/lib/policy/read-file";
import { takeOverVersion } from "@/lib/policy/take-over-version";
import { inOneSentence } from "@/lib/process/in-one-sentence";
import { demoEnvironment } from "@/lib/process/run-file";

const usage = `usage: npm run policy:import -- <file.md> --number <n> --announced <YYYY-MM-DD> [--effective <YYYY-MM-DD>]
  --announced  the day on which it was published, its "last updated" date
  --effective  the day from which it holds, at 0:00 UTC; the same day when missing`;

const refusals = {
  "not-allowed": "Only the command line takes a version over.",
  conflict: "Another text has this number already. Nothing was changed.",
  "not-yet":
    "That day lies ahead. What is still to take effect is written, approved by a second person and announced on the desk.",
  overtaken: "A version was announced on the desk already: from then on two people publish. Nothing was changed.",
};

function refuse(message: string): never {
  console.error(message);
  process.exit(1);
}

/** Null for what is no day. */
function startOf(day: string | undefined): Temporal.Instant | null {
  try {
    return day && /^\d{4}-\d{2}-\d{2}$/.test(day) ? Temporal.Instant.from(`${day}T00:00:00Z`) : null;
  } catch {
    return null;
  }
}

try {
  const text = { type: "string" } as const;
  const { values, positionals } = parseArgs({
    options: { number: text, announced: text, effective: text },
    allowPositionals: true,
  });
  const [path, ...more] = positionals;
  const number = Number(values.number);
  const announcedAt = startOf(values.announced);
  const effectiveAt = startOf(values.effective ?? values.announced);
  if (!path || more.length > 0 || !Number.isInteger(number) || number < 1 || !announcedAt || !effectiveAt)
    refuse(usage);
  await demoEnvironment(resolve(import.meta.dirname, ".."));
  const file = readPolicyFile(await readFile(path));
  if (!file.ok) refuse(file.problems.map(({ line, message }) => `${path}:${line}: ${message}`).join("\n"));
  const ctx = systemCtx("cli:policy-import");
  const taken = await takeOverVersion(ctx, { number, markdown: file.markdown, announcedAt, effectiveAt });
  if (!taken.ok) refuse(refusals[taken.reason]);
  console.log(
    `Version ${number} stands as announced on ${values.announced}, in force from ${values.effective ?? values.announced}.`,
  );
} catch (error) {
  const { name, message } = error as Error;
  const sentence = inOneSentence(error) ?? message;
  refuse(name === "EnvError" ? `${sentence}\n${usage}` : sentence);
} finally {
  await closeDatabases();
}
