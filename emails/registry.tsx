import type { ReactElement } from "react";
import { CaseDecided, caseDecidedSubject } from "./case-decided";
import { CaseReceived, caseReceivedSubject } from "./case-received";
import { CaseReply, caseReplySubject } from "./case-reply";
import { ClientErased, clientErasedSubject } from "./client-erased";
import { ClientRequest, clientRequestSubject } from "./client-request";
import { DeletionCancelled, deletionCancelledSubject } from "./deletion-cancelled";
import { DeletionScheduled, deletionScheduledSubject } from "./deletion-scheduled";
import { ErasureReceipt, erasureReceiptSubject } from "./erasure-receipt";
import { InquiryReceived, inquiryReceivedSubject } from "./inquiry-received";
import { PackageDownloaded, packageDownloadedSubject } from "./package-downloaded";
import { PackageFailed, packageFailedSubject } from "./package-failed";
import { PackageReady, packageReadySubject } from "./package-ready";
import { PackageRequested, packageRequestedSubject } from "./package-requested";
import { PolicyChange, policyChangeSubject } from "./policy-change";
import { PolicyNotice, policyNoticeSubject } from "./policy-notice";
import { PolicyWithdrawn, policyWithdrawnSubject } from "./policy-withdrawn";
import { ProviderTasks, providerTasksSubject } from "./provider-tasks";
import { SecurityAlert, securityAlertSubject } from "./security-alert";
import { SignInCode, signInCodeSubject } from "./sign-in-code";
import { SignInUnknown, signInUnknownSubject } from "./sign-in-unknown";
import { StepUpCode, stepUpCodeSubject } from "./step-up-code";
import { SubscriptionConfirm, subscriptionConfirmSubject } from "./subscription-confirm";
import { SubscriptionKnown, subscriptionKnownSubject } from "./subscription-known";
import { TransferArrived, transferArrivedSubject } from "./transfer-arrived";
import { TransferFailed, transferFailedSubject } from "./transfer-failed";
import { TransferImported, transferImportedSubject } from "./transfer-imported";
import { TransferIncoming, transferIncomingSubject } from "./transfer-incoming";
import { TransferRequested, transferRequestedSubject } from "./transfer-requested";
import { TransferRevoked, transferRevokedSubject } from "./transfer-revoked";

type Template<P> = {
  /** One line; line breaks in it become spaces. */
  subject: (props: P) => string;
  component: (props: P) => ReactElement;
};

const template = <P,>(subject: (props: P) => string, component: (props: P) => ReactElement): Template<P> => ({
  subject,
  component,
});

/**
 * Every mail this app can send, one line each. Props are plain JSON: they are sealed and stored until
 * the mail goes out. A template exports `PreviewProps` on its component for the visual check.
 */
export const templates = {
  "case-decided": template(caseDecidedSubject, CaseDecided),
  "case-received": template(caseReceivedSubject, CaseReceived),
  "case-reply": template(caseReplySubject, CaseReply),
  "client-erased": template(clientErasedSubject, ClientErased),
  "client-request": template(clientRequestSubject, ClientRequest),
  "deletion-cancelled": template(deletionCancelledSubject, DeletionCancelled),
  "deletion-scheduled": template(deletionScheduledSubject, DeletionScheduled),
  "erasure-receipt": template(erasureReceiptSubject, ErasureReceipt),
  "inquiry-received": template(inquiryReceivedSubject, InquiryReceived),
  "package-downloaded": template(packageDownloadedSubject, PackageDownloaded),
  "package-failed": template(packageFailedSubject, PackageFailed),
  "package-ready": template(packageReadySubject, PackageReady),
  "package-requested": template(packageRequestedSubject, PackageRequested),
  "policy-change": template(policyChangeSubject, PolicyChange),
  "policy-notice": template(policyNoticeSubject, PolicyNotice),
  "policy-withdrawn": template(policyWithdrawnSubject, PolicyWithdrawn),
  "provider-tasks": template(providerTasksSubject, ProviderTasks),
  "security-alert": template(securityAlertSubject, SecurityAlert),
  "sign-in-code": template(signInCodeSubject, SignInCode),
  "sign-in-unknown": template(signInUnknownSubject, SignInUnknown),
  "step-up-code": template(stepUpCodeSubject, StepUpCode),
  "subscription-confirm": template(subscriptionConfirmSubject, SubscriptionConfirm),
  "subscription-known": template(subscriptionKnownSubject, SubscriptionKnown),
  "transfer-arrived": template(transferArrivedSubject, TransferArrived),
  "transfer-failed": template(transferFailedSubject, TransferFailed),
  "transfer-imported": template(transferImportedSubject, TransferImported),
  "transfer-incoming": template(transferIncomingSubject, TransferIncoming),
  "transfer-requested": template(transferRequestedSubject, TransferRequested),
  "transfer-revoked": template(transferRevokedSubject, TransferRevoked),
};

export type TemplateName = keyof typeof templates;
export type TemplateProps<T extends TemplateName> = Parameters<(typeof templates)[T]["component"]>[0];
