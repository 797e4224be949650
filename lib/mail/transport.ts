import { env } from "../env";
import { localTransport } from "./local-transport";
import { resendTransport } from "./resend-transport";

/** What became of one hand-over to the mail service. */
export type Outcome =
  /** Accepted: the service's id for each mail, in order; null where it refused that one for `refusals[index]`. */
  | { kind: "accepted"; ids: (string | null)[]; pace: Pace; delivered: boolean }
  /** Nothing was sent, and the same bytes will never be: a person must look. `why` is the service's error name. */
  | { kind: "refused"; why: string }
  /** Nothing was sent, for our key or our domain; the same bytes go once a person put that right. */
  | { kind: "barred"; why: string }
  /** Nothing was sent; try the same bytes again no sooner than `waitMs`. */
  | { kind: "later"; waitMs: number; why: string }
  /** It may or may not have been sent: only the same bytes under the same key, within 24 hours, are safe. */
  | { kind: "unknown"; why: string };

/**
 * What the service's rate allows (R5): milliseconds to wait before the next call, and how many calls may still be begun
 * in this window, the one that stays free not counted (R6).
 */
export type Pace = { waitMs: number; room: number };

export type Transport = {
  /**
   * Hands over mails as one call.
   * @param body JSON: one mail for `/emails`, an array of up to 100 for `/emails/batch`; sent as these very bytes
   * @param count how many mails the body holds
   * @param key the idempotency key, 1 to 256 characters; same key and body send once
   */
  send(
    path: "/emails" | "/emails/batch",
    body: string | Buffer,
    key: string,
    template: string,
    count?: number,
  ): Promise<Outcome>;
};

/** Resend when a key is set; otherwise the local mailbox. */
export const transport = (): Transport => (env().RESEND_API_KEY ? resendTransport : localTransport);

/** The service forgets an idempotency key after 24 hours (R5); an hour is left for clocks and slow calls. */
export const keyHours = 23;
