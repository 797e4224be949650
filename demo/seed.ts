import { seedPolicies } from "./policies";

/** Fills the demo: the platform's database, the policy versions and what the tour shows. Safe twice. */
export async function seedDemo(): Promise<void> {
  await seedPolicies();
}
