import { countAttainment } from "../../attainment/count-attainment";
import { sendChallenge } from "../../auth/send-challenge";
import { carryOutDeletion } from "../../cases/carry-out-deletion";
import { completeDataRequest } from "../../cases/complete-data-request";
import { emptyPassedOn } from "../../cases/empty-passed-on";
import { expireDeletions } from "../../cases/expire-deletions";
import { forgetPeople } from "../../cases/forget-people";
import { forgetPresence } from "../../cases/forget-presence";
import { makeHandReceipt } from "../../cases/make-hand-receipt";
import { openInquiry } from "../../cases/open-inquiry";
import { openRequest } from "../../cases/open-request";
import { raiseAlarms } from "../../cases/raise-alarms";
import { recogniseAsker } from "../../cases/recognise-asker";
import { releasePackage } from "../../cases/release-package";
import { renewReceipt } from "../../cases/renew-receipt";
import { resumeDeletions } from "../../cases/resume-deletions";
import { takeMail } from "../../cases/take-mail";
import { tendIdentity } from "../../cases/tend-identity";
import { wakeSnoozed } from "../../cases/wake-snoozed";
import { eraseClient } from "../../clients/erase-client";
import { resumeClients } from "../../clients/resume-clients";
import type { Ctx } from "../../context";
import { applyCorrection } from "../../correction/apply-correction";
import { settleAddress } from "../../correction/settle-address";
import { tellCorrection } from "../../correction/tell-correction";
import { openDisclosures } from "../../disclosures/open-disclosures";
import { expirePackages } from "../../exports/expire-packages";
import { writePackage } from "../../exports/write-package";
import { sendQueuedMail } from "../../mail/send-queued-mail";
import { askConfirmation } from "../../notices/ask-confirmation";
import { deliverNotice } from "../../notices/deliver-notice";
import { freezeRecipients } from "../../notices/freeze-recipients";
import { freezeRetry } from "../../notices/freeze-retry";
import { sealAddresses } from "../../notices/seal-addresses";
import { tellOnPlatform } from "../../notices/tell-on-platform";
import { tellSubscribers } from "../../notices/tell-subscribers";
import { tendNotices } from "../../notices/tend-notices";
import { checkCollected } from "../../policy/check-collected";
import { tendRecords } from "../../processing/tend-records";
import { remindProviders } from "../../providers/remind-providers";
import { tellProvider } from "../../providers/tell-provider";
import { makeUpSweep } from "../../retention/make-up-sweep";
import { previewSweep } from "../../retention/preview-sweep";
import { sweepOrWait } from "../../retention/run-sweep";
import { sweepOwn } from "../../retention/sweep-own";
import { checkIncoming } from "../../transfers/check-incoming";
import { importIncoming } from "../../transfers/import-incoming";
import { pushTransfer } from "../../transfers/push-transfer";
import { recallTransfer } from "../../transfers/recall-transfer";
import { tendTransfers } from "../../transfers/tend-transfers";
import type { JobName, JobPayload } from "../definitions";

export type JobRun = { signal: AbortSignal };
type Handlers = { [N in JobName]: (ctx: Ctx, payload: JobPayload<N>, run: JobRun) => Promise<void> };

/** One line a job: the use case that does it. Every one may run twice with the effect of once (R2). */
export const handlers: Handlers = {
  "sign-in.send": (ctx, { challengeId }) => sendChallenge(ctx, { challengeId }),
  "mail.send": (ctx, { mailId }) => sendQueuedMail(ctx, { mailId }),
  "inquiry.open": (ctx, { intakeId }) => openInquiry(ctx, { intakeId }),
  "request.open": (ctx, { intakeId }) => openRequest(ctx, { intakeId }),
  "identity.ask": (ctx, { caseId }) => recogniseAsker(ctx, { caseId }),
  "case.empty": (ctx, { caseId }) => emptyPassedOn(ctx, { caseId }),
  "identity.tend": async (ctx) => {
    await tendIdentity(ctx);
  },
  "mail.receive": (ctx, { inboundId }) => takeMail(ctx, { inboundId }),
  "package.write": async (ctx, { packageId }, { signal }) => {
    await writePackage(ctx, { packageId }, { signal });
    await completeDataRequest(ctx, { packageId });
  },
  "package.expire": async (ctx) => {
    await expirePackages(ctx);
  },
  "transfer.push": (ctx, { transferId }, { signal }) => pushTransfer(ctx, { transferId }, { signal }),
  "transfer.recall": (ctx, { transferId }, { signal }) => recallTransfer(ctx, { transferId }, { signal }),
  "transfer.check": (ctx, { incomingId }, { signal }) => checkIncoming(ctx, { incomingId }, signal),
  "transfer.import": (ctx, { incomingId }) => importIncoming(ctx, { incomingId }),
  "transfer.tend": (ctx) => tendTransfers(ctx),
  "deletion.expire": async (ctx) => {
    await expireDeletions(ctx);
  },
  "deletion.carry-out": (ctx, { caseId }) => carryOutDeletion(ctx, { caseId }),
  "correction.apply": (ctx, { caseId }) => applyCorrection(ctx, { caseId }),
  "correction.address": (ctx, { caseId }) => settleAddress(ctx, { caseId }),
  "correction.tell": (ctx, { noticeId }, { signal }) => tellCorrection(ctx, { noticeId }, { signal }),
  "desk.tend": async (ctx) => {
    await wakeSnoozed(ctx);
    await forgetPresence(ctx);
    await raiseAlarms(ctx);
  },
  "package.release": (ctx, { packageId }) => releasePackage(ctx, { packageId }),
  "client.erase": (ctx, { erasureId }) => eraseClient(ctx, { erasureId }),
  "provider.tell": (ctx, input, { signal }) => tellProvider(ctx, input, { signal }),
  "provider.remind": (ctx) => remindProviders(ctx),
  "receipt.make": (ctx, { caseId }) => makeHandReceipt(ctx, { caseId }),
  "receipt.renew": (ctx, { caseId }) => renewReceipt(ctx, { caseId }),
  "deletion.resume": async (ctx) => {
    await resumeDeletions(ctx);
    await resumeClients(ctx);
    await forgetPeople(ctx);
  },
  "processing.tend": async (ctx) => {
    await tendRecords(ctx);
  },
  "notice.freeze": (ctx, { noticeId }) => freezeRecipients(ctx, { noticeId }),
  "notice.deliver": (ctx, { noticeId }, { signal }) => deliverNotice(ctx, { noticeId }, { signal }),
  "notice.retry": (ctx, { noticeId }) => freezeRetry(ctx, { noticeId }),
  "notice.second-way": (ctx, { noticeId }) => tellOnPlatform(ctx, { noticeId }),
  "notice.tend": (ctx) => tendNotices(ctx),
  "subscription.ask": (ctx, { subscriberId }) => askConfirmation(ctx, { subscriberId }),
  "subscribers.tell": (ctx, input) => tellSubscribers(ctx, input),
  "retention.sweep": (ctx, _payload, { signal }) => sweepOrWait(ctx, { signal }),
  "retention.preview": (ctx, { sweepId }) => previewSweep(ctx, { sweepId }),
  "map.check": (ctx) => checkCollected(ctx),
  "attainment.count": (ctx) => countAttainment(ctx),
  "disclosure.open": (ctx) => openDisclosures(ctx),
  "housekeeping.clear": async (ctx) => {
    await sealAddresses(ctx);
    await sweepOwn(ctx);
    await makeUpSweep(ctx);
  },
};
