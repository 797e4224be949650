import fc from "fast-check";
import { expect, it } from "vitest";
import { together } from "./together";

it("H2: each gets its own result whatever comes together, at most so many run at once, and a failure is its run's alone", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ wait: fc.nat(3), fails: fc.boolean() }), { minLength: 1, maxLength: 40 }),
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 1, max: 10 }),
      async (calls, atOnce, most) => {
        let running = 0;
        const one = together<{ id: number; fails: boolean }, { id: number; with: number[] }>(
          async (all) => {
            running++;
            expect(running).toBeLessThanOrEqual(atOnce);
            expect(all.length).toBeLessThanOrEqual(most);
            await new Promise((done) => setTimeout(done, 1));
            running--;
            if (all.some(({ fails }) => fails)) throw new Error(all.map(({ id }) => id).join());
            return all.map(({ id }) => ({ id, with: all.map((other) => other.id) }));
          },
          { atOnce, most },
        );
        await Promise.all(
          calls.map(async ({ wait, fails }, id) => {
            await new Promise((done) => setTimeout(done, wait));
            const result = await one({ id, fails }).catch((error: Error) => error);
            const company = result instanceof Error ? result.message.split(",").map(Number) : result.with;
            expect(company).toContain(id);
            expect(result instanceof Error).toBe(company.some((other) => calls[other]?.fails));
            if (!(result instanceof Error)) expect(result.id).toBe(id);
          }),
        );
      },
    ),
    { numRuns: 40 },
  );
});
