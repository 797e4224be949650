// Asks for things through the real domain, several people at once, until SIGTERM. One JSON line on standard output for
// each answer that a person would take for granted; what fails is asked again with the same key, as a person would.
import { setTimeout as sleep } from "node:timers/promises";
import { submitPlainRequest } from "@/lib/cases/submit-plain-request";
import { closeDatabases } from "@/lib/db/client";
import { newId } from "@/lib/ids";
import { closeQueue } from "@/lib/jobs/queue";
import { holderCtx, makePerson } from "./people";

export type Acknowledged = {
  writer: number;
  personId: string;
  reference: string;
  /** Tries that failed before. */
  failures: number;
  /** When it was asked for first and when it was acknowledged, in ms of the epoch. */
  askedAt: number;
  at: number;
};

let stopping = false;
process.on("SIGTERM", () => {
  stopping = true;
});

async function untilDone<T>(work: () => Promise<T>): Promise<{ value: T; failures: number }> {
  for (let failures = 0; ; failures++) {
    try {
      return { value: await work(), failures };
    } catch {
      await sleep(20);
    }
  }
}

async function write(writer: number): Promise<void> {
  while (!stopping) {
    const askedAt = Date.now();
    const made = await untilDone(() => makePerson());
    const input = { kind: "correction", message: "My number ends in 47.", idempotencyKey: newId() } as const;
    const asked = await untilDone(() => submitPlainRequest(holderCtx(made.value), input));
    // The rate limiter's answer while it cannot count.
    if (!asked.value.ok) continue;
    const line: Acknowledged = {
      writer,
      personId: made.value,
      reference: asked.value.value.reference,
      failures: made.failures + asked.failures,
      askedAt,
      at: Date.now(),
    };
    process.stdout.write(`${JSON.stringify(line)}\n`);
  }
}

await Promise.all(Array.from({ length: Number(process.argv[2]) }, (_, writer) => write(writer)));
await closeQueue();
await closeDatabases();
