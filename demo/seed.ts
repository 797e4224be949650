import { env } from "../lib/env";
import { log } from "../lib/log";
import { seedCases } from "./cases";
import { seedNotices } from "./notices";
import { createPlatform } from "./platform/create";
import { seedPolicies } from "./policies";

/** What the demo is made of, in order; each part leaves alone what is there already. */
const parts: { name: string; seed: () => Promise<unknown> }[] = [
  { name: "platform", seed: () => createPlatform(env().PLATFORM_DATABASE_URL) },
  { name: "policies", seed: seedPolicies },
  { name: "notices", seed: seedNotices },
  { name: "cases", seed: () => seedCases() },
];

/** Fills the demo: the platform's database, the policy versions and what the tour shows. Safe twice. */
export async function seedDemo(): Promise<void> {
  for (const { name, seed } of parts) {
    await seed();
    log.debug({ part: name }, "demo seeded");
  }
}
