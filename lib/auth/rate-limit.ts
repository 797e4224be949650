import { RateLimiterPostgres, RateLimiterRes } from "rate-limiter-flexible";
import { keyedHash } from "../crypto/hash";
import { openDatabase } from "../db/client";
import { fail, ok, type Result } from "../errors";
import { log } from "../log";

/** What is counted, how many are allowed, in how many seconds (S17). */
const limits = {
  /** Mails with a code asked for one address. */
  "sign-in.address": { points: 6, duration: 15 * 60 },
  "sign-in.network": { points: 40, duration: 15 * 60 },
  /** Everybody together: the mail service's own limit, and the only bound without a trusted proxy. */
  "sign-in.all": { points: 1200, duration: 5 * 60 },
  /** Wrong codes for one address in a day; the link in the mail still works after that. */
  "code.address": { points: 30, duration: 24 * 3600 },
  /** Wrong step-up codes of one person in a day: a stolen session does not get to guess for long. */
  "code.person": { points: 30, duration: 24 * 3600 },
  "code.network": { points: 60, duration: 15 * 60 },
  "step-up.person": { points: 10, duration: 15 * 60 },
  "passkey.person": { points: 30, duration: 15 * 60 },
  /** Of somebody signed in: requests about their data, and messages in their cases. */
  "request.person": { points: 10, duration: 60 * 60 },
  "message.person": { points: 30, duration: 60 * 60 },
  /** Of a company's owner: looking for its clients and at them, and erasing them. */
  "clients.person": { points: 120, duration: 60 * 60 },
  "client-erasure.person": { points: 60, duration: 60 * 60 },
  /** Other providers: how often one person has us ask one, and what comes in from them. */
  "transfer-look.person": { points: 30, duration: 60 * 60 },
  "transfer-offer.network": { points: 300, duration: 60 * 60 },
  "transfer-offer.origin": { points: 300, duration: 60 * 60 },
  "transfer-offer.all": { points: 3000, duration: 60 * 60 },
  "transfer-offer.address": { points: 10, duration: 24 * 3600 },
  /** Public forms, such as the inquiry. */
  "form.address": { points: 5, duration: 60 * 60 },
  "form.network": { points: 20, duration: 60 * 60 },
  "form.all": { points: 600, duration: 60 * 60 },
  /** Codes and links of people without an account; 256 bits need no bound, the server does. */
  "status.network": { points: 60, duration: 15 * 60 },
  "status.all": { points: 1200, duration: 5 * 60 },
  /** Of one such case: messages, and links asked for again. */
  "message.case": { points: 30, duration: 60 * 60 },
  "proof.case": { points: 3, duration: 60 * 60 },
} as const;

export type LimitKind = keyof typeof limits;

/** Our pool, with what it counts as numbers. */
const store = {
  query: async ({ text, values }: { text: string; values: (string | number | null)[] }) => {
    const { rows, rowCount } = await openDatabase("tc_auth").pool.query(text, values);
    const numbers = rows.map((row) => ({ points: Number(row.points), expire: row.expire && Number(row.expire) }));
    return { rows: numbers, rowCount };
  },
};

const limiters = new Map<LimitKind, RateLimiterPostgres>();

function limiter(kind: LimitKind): RateLimiterPostgres {
  const known = limiters.get(kind);
  if (known) return known;
  const made = new RateLimiterPostgres({
    storeClient: store,
    storeType: "client",
    tableName: "rate_limits",
    tableCreated: true,
    keyPrefix: kind,
    // Expired counters go with the hourly housekeeping.
    clearExpiredByTimeout: false,
    ...limits[kind],
  });
  limiters.set(kind, made);
  return made;
}

/**
 * Counts one use of `key`. It slows down and never forbids: the same thing is allowed again when the
 * time is over. If counting itself fails, the answer is no (S17).
 * @param key an address, an id or a network, stored as a keyed hash only; null counts nothing
 */
export async function consume(kind: LimitKind, key: string | null): Promise<Result<void, "too-many" | "cannot-check">> {
  if (key === null) return ok(undefined);
  try {
    await limiter(kind).consume(keyedHash(`limit:${kind}`, key));
    return ok(undefined);
  } catch (reached) {
    if (reached instanceof RateLimiterRes) return fail("too-many");
    log.error({ err: reached, kind }, "the rate limiter failed");
    return fail("cannot-check");
  }
}

/** Whether `key` is used up, without counting. */
export async function isUsedUp(kind: LimitKind, key: string): Promise<boolean> {
  const found = await limiter(kind).get(keyedHash(`limit:${kind}`, key));
  return found !== null && found.consumedPoints >= limits[kind].points;
}
