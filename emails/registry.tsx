import type { ReactElement } from "react";
import { AddressChangeEnded, addressChangeEndedSubject } from "./address-change-ended";
import { AddressChangePlanned, addressChangePlannedSubject } from "./address-change-planned";
import { AddressChangeProve, addressChangeProveSubject } from "./address-change-prove";
import { AddressChanged, addressChangedSubject } from "./address-changed";
import { CaseDecided, caseDecidedSubject } from "./case-decided";
import { CaseMention, caseMentionSubject } from "./case-mention";
import { CaseMerged, caseMergedSubject } from "./case-merged";
import { CaseReceived, caseReceivedSubject } from "./case-received";
import { CaseReply, caseReplySubject } from "./case-reply";
import { ClientErased, clientErasedSubject } from "./client-erased";
import { ClientRequest, clientRequestSubject } from "./client-request";
import { ClockAlarm, clockAlarmSubject } from "./clock-alarm";
import { ClockExtended, clockExtendedSubject } from "./clock-extended";
import { CompanyClosing, companyClosingSubject } from "./company-closing";
import { CorrectionSettled, correctionSettledSubject } from "./correction-settled";
import { DeletionCancelled, deletionCancelledSubject } from "./deletion-cancelled";
import { DeletionScheduled, deletionScheduledSubject } from "./deletion-scheduled";
import { Disclosure, disclosureSubject } from "./disclosure";
import { ErasureReceipt, erasureReceiptSubject } from "./erasure-receipt";
import { IdentityAsk, identityAskSubject } from "./identity-ask";
import { InquiryReceived, inquiryReceivedSubject } from "./inquiry-received";
import { PackageDownloaded, packageDownloadedSubject } from "./package-downloaded";
import { PackageFailed, packageFailedSubject } from "./package-failed";
import { PackageReady, packageReadySubject } from "./package-ready";
import { PackageRequested, packageRequestedSubject } from "./package-requested";
import { PermissionSigned, permissionSignedSubject } from "./permission-signed";
import { PolicyChange, policyChangeSubject } from "./policy-change";
import { PolicyNotice, policyNoticeSubject } from "./policy-notice";
import { PolicyWithdrawn, policyWithdrawnSubject } from "./policy-withdrawn";
import { ProcessingLift, processingLiftSubject } from "./processing-lift";
import { ProcessingStopped, processingStoppedSubject } from "./processing-stopped";
import { ProviderTasks, providerTasksSubject } from "./provider-tasks";
import { ReplyWithdrawn, replyWithdrawnSubject } from "./reply-withdrawn";
import { RequestPassedOn, requestPassedOnSubject } from "./request-passed-on";
import { RequestReceived, requestReceivedSubject } from "./request-received";
import { RequestUnknown, requestUnknownSubject } from "./request-unknown";
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
import { TransferMember, transferMemberSubject } from "./transfer-member";
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
  "address-change-ended": template(addressChangeEndedSubject, AddressChangeEnded),
  "address-change-planned": template(addressChangePlannedSubject, AddressChangePlanned),
  "address-change-prove": template(addressChangeProveSubject, AddressChangeProve),
  "address-changed": template(addressChangedSubject, AddressChanged),
  "case-decided": template(caseDecidedSubject, CaseDecided),
  "case-mention": template(caseMentionSubject, CaseMention),
  "case-merged": template(caseMergedSubject, CaseMerged),
  "reply-withdrawn": template(replyWithdrawnSubject, ReplyWithdrawn),
  "case-received": template(caseReceivedSubject, CaseReceived),
  "case-reply": template(caseReplySubject, CaseReply),
  "client-erased": template(clientErasedSubject, ClientErased),
  "client-request": template(clientRequestSubject, ClientRequest),
  "clock-extended": template(clockExtendedSubject, ClockExtended),
  "company-closing": template(companyClosingSubject, CompanyClosing),
  "correction-settled": template(correctionSettledSubject, CorrectionSettled),
  "clock-alarm": template(clockAlarmSubject, ClockAlarm),
  "deletion-cancelled": template(deletionCancelledSubject, DeletionCancelled),
  "deletion-scheduled": template(deletionScheduledSubject, DeletionScheduled),
  disclosure: template(disclosureSubject, Disclosure),
  "erasure-receipt": template(erasureReceiptSubject, ErasureReceipt),
  "identity-ask": template(identityAskSubject, IdentityAsk),
  "inquiry-received": template(inquiryReceivedSubject, InquiryReceived),
  "package-downloaded": template(packageDownloadedSubject, PackageDownloaded),
  "package-failed": template(packageFailedSubject, PackageFailed),
  "package-ready": template(packageReadySubject, PackageReady),
  "package-requested": template(packageRequestedSubject, PackageRequested),
  "permission-signed": template(permissionSignedSubject, PermissionSigned),
  "policy-change": template(policyChangeSubject, PolicyChange),
  "policy-notice": template(policyNoticeSubject, PolicyNotice),
  "policy-withdrawn": template(policyWithdrawnSubject, PolicyWithdrawn),
  "processing-lift": template(processingLiftSubject, ProcessingLift),
  "processing-stopped": template(processingStoppedSubject, ProcessingStopped),
  "provider-tasks": template(providerTasksSubject, ProviderTasks),
  "request-passed-on": template(requestPassedOnSubject, RequestPassedOn),
  "request-received": template(requestReceivedSubject, RequestReceived),
  "request-unknown": template(requestUnknownSubject, RequestUnknown),
  "security-alert": template(securityAlertSubject, SecurityAlert),
  "sign-in-code": template(signInCodeSubject, SignInCode),
  "sign-in-unknown": template(signInUnknownSubject, SignInUnknown),
  "step-up-code": template(stepUpCodeSubject, StepUpCode),
  "subscription-confirm": template(subscriptionConfirmSubject, SubscriptionConfirm),
  "subscription-known": template(subscriptionKnownSubject, SubscriptionKnown),
  "transfer-arrived": template(transferArrivedSubject, TransferArrived),
  "transfer-failed": template(transferFailedSubject, TransferFailed),
  "transfer-imported": template(transferImportedSubject, TransferImported),
  "transfer-member": template(transferMemberSubject, TransferMember),
  "transfer-incoming": template(transferIncomingSubject, TransferIncoming),
  "transfer-requested": template(transferRequestedSubject, TransferRequested),
  "transfer-revoked": template(transferRevokedSubject, TransferRevoked),
};

export type TemplateName = keyof typeof templates;
export type TemplateProps<T extends TemplateName> = Parameters<(typeof templates)[T]["component"]>[0];
