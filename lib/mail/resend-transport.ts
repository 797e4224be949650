import { ReadableStream } from "node:stream/web";
import { Resend } from "resend";
import { z } from "zod";
import { env } from "../env";
import type { Outcome, Pace, Transport } from "./transport";

const one = z.object({ id: z.string().min(1) });
const many = z.object({
  data: z.array(one),
  errors: z.array(z.object({ index: z.number().int().min(0), message: z.string() })).optional(),
});

type Headers = Record<string, string> | null;

/** Seconds in a header, as milliseconds; 0 when absent or not a number. */
const seconds = (headers: Headers, name: string): number => {
  const value = Number(headers?.[name] ?? 0);
  return Number.isFinite(value) && value > 0 ? Math.min(value, 86_400) * 1000 : 0;
};

/** One call of every window stays free, so that sign-in mail never meets a used-up rate (R6). */
function paceOf(headers: Headers): Pace {
  const remaining = Number(headers?.["ratelimit-remaining"] ?? Number.NaN);
  // Headers that say nothing give no reason to hurry.
  if (!Number.isFinite(remaining)) return { waitMs: 0, room: 1 };
  return remaining > 1 ? { waitMs: 0, room: remaining - 1 } : { waitMs: seconds(headers, "ratelimit-reset"), room: 0 };
}

/**
 * Resend's HTTP API through its SDK. The SDK's own `batch.send` would write the JSON anew, so the frozen
 * bytes go through its request function. Batches ask for permissive validation: one address that the
 * service refuses must not keep ninety-nine others from being told.
 * @param timeoutMs after so long a call that has no answer ends, with an unknown outcome
 */
export function makeResendTransport(timeoutMs: number): Transport {
  // Of the account that answered last: every mail that waits would only be told the same.
  let resting = { account: "", until: 0, why: "" };
  const send: Transport["send"] = async (path, body, key, _template, count = 1) => {
    const { RESEND_API_KEY, RESEND_BASE_URL } = env();
    const account = `${RESEND_BASE_URL} ${RESEND_API_KEY}`;
    const waitMs = resting.until - Date.now();
    if (resting.account === account && waitMs > 0) return { kind: "later", why: resting.why, waitMs };
    const client = new Resend(RESEND_API_KEY, RESEND_BASE_URL ? { baseUrl: RESEND_BASE_URL.replace(/\/$/, "") } : {});
    const answer = await client.fetchRequest<unknown>(path, {
      method: "POST",
      headers: {
        Authorization: `Bearer ${RESEND_API_KEY}`,
        "Content-Type": "application/json",
        "User-Agent": "operno-trust-center",
        "Content-Length": String(Buffer.byteLength(body)),
        "Idempotency-Key": key,
        ...(path === "/emails/batch" ? { "x-batch-validation": "permissive" } : {}),
      },
      ...(typeof body === "string" ? { body } : uncopied(body)),
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (!answer.error) return outcomeOfSuccess(path, count, answer.data, answer.headers);
    const outcome = outcomeOfError(answer.error, answer.headers);
    if (outcome.kind === "later" && isQuota(outcome.why))
      resting = { account, until: Date.now() + outcome.waitMs, why: outcome.why };
    return outcome;
  };
  return { send };
}

/** As a stream of one piece: of a Buffer `fetch` makes two copies, and a batch is a megabyte. */
const uncopied = (body: Buffer) => ({ body: ReadableStream.from([body]) as BodyInit, duplex: "half" as const });

export const resendTransport = makeResendTransport(30_000);

function outcomeOfSuccess(path: string, count: number, data: unknown, headers: Headers): Outcome {
  const pace = paceOf(headers);
  if (path === "/emails") {
    const parsed = one.safeParse(data);
    if (!parsed.success) return { kind: "unknown", why: "reply" };
    return { kind: "accepted", ids: [parsed.data.id], pace, delivered: false };
  }
  const parsed = many.safeParse(data);
  const refused = new Set(parsed.data?.errors?.map((error) => error.index));
  // Ids come in the order of the mails it took; any other count cannot be told apart.
  if (!parsed.success || parsed.data.data.length + refused.size !== count) return { kind: "unknown", why: "reply" };
  const taken = parsed.data.data.values();
  const ids = Array.from({ length: count }, (_, index) =>
    refused.has(index) ? null : (taken.next().value?.id ?? null),
  );
  return { kind: "accepted", ids, pace, delivered: false };
}

/** The mails of a day or a month are used up, by the plan that is paid for. */
const isQuota = (why: string): boolean => why === "daily_quota_exceeded" || why === "monthly_quota_exceeded";
/** It is looked again that soon, since whoever takes a larger plan should not wait for the next day. */
const quotaRestMs = 15 * 60_000;

/** What the service says of a key, whatever the status beside it. */
const keyErrors = ["missing_api_key", "invalid_api_key", "restricted_api_key"];

/** https://resend.com/docs/api-reference/errors */
export function outcomeOfError(error: { name: string; statusCode?: number | null }, headers: Headers): Outcome {
  const why = /^[a-z_]{1,60}$/.test(error.name) ? error.name : "error";
  const status = error.statusCode ?? 0;
  if (status === 429) {
    const said = seconds(headers, "retry-after");
    // Beside a used-up quota it may speak of the rate alone.
    return { kind: "later", why, waitMs: isQuota(why) ? Math.max(said, quotaRestMs) : said || 1000 };
  }
  // Another call with this key is still running there; its answer will be ours.
  if (status === 409 && why === "concurrent_idempotent_requests") return { kind: "unknown", why };
  // A domain that is not verified is a 403 without a name of its own.
  if (status === 401 || status === 403 || keyErrors.includes(why)) return { kind: "barred", why };
  if (status >= 400 && status < 500 && status !== 408) return { kind: "refused", why };
  return { kind: "unknown", why: status === 0 ? "no-answer" : why };
}
