import fc from "fast-check";
import { afterAll, vi } from "vitest";
import { closePlatforms } from "@/lib/data-map/platform";
import { resetEnv } from "@/lib/env";
import { onFaultPoint } from "@/lib/faults";

// A run judges the change, so the same tree gives the same cases. PROPERTY_SEED=random looks for new ones.
const { PROPERTY_SEED = "20261128" } = process.env;
if (PROPERTY_SEED !== "random") fc.configureGlobal({ seed: Number(PROPERTY_SEED) });

// Test files share one process and its modules (vitest.config.ts), so each leaves it as it found it.
const before = { ...process.env };

afterAll(async () => {
  await closePlatforms();
  onFaultPoint();
  vi.restoreAllMocks();
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  Object.assign(process.env, before);
  resetEnv();
});
