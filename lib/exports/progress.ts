import { and, eq } from "drizzle-orm";
import type { Ctx } from "../context";
import { packageProgress } from "../db/schema";
import { type Attempt, whileNewest } from "./attempt";

const everyMs = 500;

/** Writes how far a package is, about twice a second, beside the work; also how a try learns that it was overtaken. */
export class Progress {
  readonly #ctx: Ctx;
  readonly #attempt: Attempt;
  #last = 0;
  #running: Promise<void> | undefined;
  #error: unknown;

  constructor(ctx: Ctx, attempt: Attempt) {
    this.#ctx = ctx;
    this.#attempt = attempt;
  }

  /** Counts so far of one collection. @throws Overtaken, or what an earlier write failed with */
  note(system: string, collection: string, rows: number, bytes: number): void {
    if (this.#error) throw this.#error;
    if (this.#running || performance.now() - this.#last < everyMs) return;
    this.#last = performance.now();
    this.#running = this.#write(system, collection, rows, bytes, false)
      .catch((error) => {
        this.#error = error;
      })
      .finally(() => {
        this.#running = undefined;
      });
  }

  async done(system: string, collection: string, rows: number, bytes: number): Promise<void> {
    await this.#running;
    if (this.#error) throw this.#error;
    await this.#write(system, collection, rows, bytes, true);
    this.#last = performance.now();
  }

  /** Waits for a write under way; never throws. */
  async settle(): Promise<void> {
    await this.#running;
  }

  #write(system: string, collection: string, rows: number, bytes: number, done: boolean): Promise<void> {
    const { packageId } = this.#attempt;
    return whileNewest(this.#ctx, this.#attempt, async (tx) => {
      await tx.db
        .update(packageProgress)
        .set({ rows, bytes, ...(done ? { doneAt: tx.now } : {}) })
        .where(
          and(
            eq(packageProgress.packageId, packageId),
            eq(packageProgress.system, system),
            eq(packageProgress.collection, collection),
          ),
        );
    });
  }
}
