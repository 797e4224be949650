import { clearExpiredSignIns } from "../../auth/clear-expired";
import { sendChallenge } from "../../auth/send-challenge";
import { expireDeletions } from "../../cases/expire-deletions";
import { openInquiry } from "../../cases/open-inquiry";
import type { Ctx } from "../../context";
import { sendQueuedMail } from "../../mail/send-queued-mail";
import { deliverNotice } from "../../notices/deliver-notice";
import { freezeRecipients } from "../../notices/freeze-recipients";
import { tendNotices } from "../../notices/tend-notices";
import type { JobName, JobPayload } from "../definitions";

export type JobRun = { signal: AbortSignal };
type Handlers = { [N in JobName]: (ctx: Ctx, payload: JobPayload<N>, run: JobRun) => Promise<void> };

const later = async () => {};

/** One line a job: the use case that does it. Every one may run twice with the effect of once (R2). */
export const handlers: Handlers = {
  "sign-in.send": (ctx, { challengeId }) => sendChallenge(ctx, { challengeId }),
  "mail.send": (ctx, { mailId }) => sendQueuedMail(ctx, { mailId }),
  "inquiry.open": (ctx, { intakeId }) => openInquiry(ctx, { intakeId }),
  "package.write": later,
  "package.expire": later,
  "deletion.expire": async (ctx) => {
    await expireDeletions(ctx);
  },
  "notice.freeze": (ctx, { noticeId }) => freezeRecipients(ctx, { noticeId }),
  "notice.deliver": (ctx, { noticeId }, { signal }) => deliverNotice(ctx, { noticeId }, { signal }),
  "notice.tend": (ctx) => tendNotices(ctx),
  "housekeeping.clear": (ctx) => clearExpiredSignIns(ctx),
};
