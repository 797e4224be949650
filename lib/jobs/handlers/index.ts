import { clearExpiredSignIns } from "../../auth/clear-expired";
import { sendChallenge } from "../../auth/send-challenge";
import type { Ctx } from "../../context";
import { sendQueuedMail } from "../../mail/send-queued-mail";
import type { JobName, JobPayload } from "../definitions";

export type JobRun = { signal: AbortSignal };
type Handlers = { [N in JobName]: (ctx: Ctx, payload: JobPayload<N>, run: JobRun) => Promise<void> };

const later = async () => {};

/** One line a job: the use case that does it. Every one may run twice with the effect of once (R2). */
export const handlers: Handlers = {
  "sign-in.send": (ctx, { challengeId }) => sendChallenge(ctx, { challengeId }),
  "mail.send": (ctx, { mailId }) => sendQueuedMail(ctx, { mailId }),
  "inquiry.open": later,
  "package.write": later,
  "package.expire": later,
  "deletion.expire": later,
  "notice.freeze": later,
  "notice.deliver": later,
  "notice.tend": later,
  "housekeeping.clear": (ctx) => clearExpiredSignIns(ctx),
};
