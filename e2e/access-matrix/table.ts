import { nobody, staff } from "./actors";
import type { Row, Which } from "./rows";
import { anyone, ownRow, type Rule, signedIn, signedOut, staffOnly, staffRow, steppedUp } from "./rules";

export type RouteEntry = {
  rule: Rule;
  /** The address for a row, when the route names one; `which` lets staff routes name what exists. */
  at?: (row: Row, which: Which) => string;
  /** GET when missing. */
  method?: "GET" | "POST" | "PUT";
};

export type ActionEntry = {
  /** Who gets past the door; `shown` means they do. */
  rule: Rule;
  /** The fields that name a row, for trying a foreign and a missing one. */
  form?: (row: Row) => Record<string, string>;
  /** The reason for a row that is not there, or not theirs. */
  refusal?: string;
  /** Changes nothing, so that no step-up is asked for (S14). */
  reads?: true;
};

const version = (_row: Row, which: Which) => (which === "missing" ? "987654" : "1");

const compared = (which: Which) => `/privacy/changes/1/${which === "missing" ? "987654" : "2"}`;
/** What is public when it is there at all. */
const thereOrNot: Rule = (_actor, which) => (which === "missing" ? "missing" : "shown");

/** Every page and route handler. What is not here fails the matrix. */
export const routes: Record<string, RouteEntry> = {
  "/": { rule: anyone() },
  "/contact": { rule: anyone() },
  "/privacy": { rule: anyone() },
  "/privacy/changes": { rule: anyone("/privacy/versions") },
  "/privacy/changes/[from]/[to]": { rule: thereOrNot, at: (_row, which) => `${compared(which)}` },
  "/privacy/changes/[from]/[to]/changes": { rule: thereOrNot, at: (_row, which) => `${compared(which)}/changes` },
  "/privacy/changes/[from]/[to]/full-text": { rule: thereOrNot, at: (_row, which) => `${compared(which)}/full-text` },
  "/privacy.md": { rule: anyone() },
  "/privacy.json": { rule: anyone() },
  "/privacy/feed.xml": { rule: anyone() },
  "/privacy/feed.json": { rule: anyone() },
  "/privacy/on/[date]": {
    rule: anyone("/privacy/versions/1"),
    at: () => "/privacy/on/2025-06-01",
  },
  "/privacy/attainment": { rule: anyone() },
  "/privacy/attainment.json": { rule: anyone() },
  "/privacy/business-transfers": { rule: anyone() },
  "/privacy/disclosures": { rule: anyone() },
  "/privacy/portability": { rule: anyone() },
  "/privacy/portability.json": { rule: anyone() },
  "/privacy/retention": { rule: anyone() },
  "/privacy/subscribe": { rule: anyone() },
  "/privacy/subscribe/confirm": { rule: anyone() },
  "/privacy/versions": { rule: anyone() },
  "/privacy/versions/[n]": {
    rule: thereOrNot,
    at: (row, which) => `/privacy/versions/${version(row, which)}`,
  },
  "/privacy/versions/[n]/source": {
    rule: thereOrNot,
    at: (row, which) => `/privacy/versions/${version(row, which)}/source`,
  },
  "/look.css": { rule: anyone() },
  // Whoever has the token: the account it belongs to is gone.
  "/receipt/[token]": { rule: thereOrNot, at: (row) => `/receipt/${row.receiptToken}` },
  "/receipt/[token]/file": { rule: thereOrNot, at: (row) => `/receipt/${row.receiptToken}/file` },
  "/requests/confirm": { rule: anyone() },
  "/requests/new": { rule: anyone() },
  "/requests/permission": { rule: anyone() },
  // Without a session of its own it asks for reference and code, whoever comes.
  "/requests/status": { rule: anyone() },
  "/stop-package": { rule: anyone() },
  "/.well-known/change-password": { rule: anyone("/account/sessions") },
  "/.well-known/data-transfer.json": {
    rule: anyone(),
    at: () => `/.well-known/data-transfer.json?nonce=${"A".repeat(43)}`,
  },
  "/.well-known/evidence-keys.json": { rule: anyone() },
  "/.well-known/gpc.json": { rule: anyone() },
  "/.well-known/security.txt": { rule: anyone() },
  "/unsubscribe": { rule: anyone() },
  "/unsubscribe/one-click": { rule: anyone("missing"), method: "POST" },

  "/sign-in": { rule: signedOut("/account") },
  "/sign-in/code": { rule: signedOut("/account") },
  "/sign-in/link": { rule: anyone() },
  "/sign-out": { rule: anyone() },
  "/not-me": { rule: anyone() },
  "/step-up": { rule: signedIn },
  "/staff/enrol": { rule: anyone() },
  "/staff/passkeys": { rule: staffOnly() },
  "/staff/verify": {
    rule: (actor, which) =>
      actor === "unverified" ? "shown" : staff.includes(actor) ? "/admin" : staffOnly()(actor, which),
  },

  "/account": { rule: signedIn },
  "/account/access": { rule: signedIn },
  "/account/clients": { rule: signedIn },
  // Nobody here owns a company on the platform, so an id leads nowhere; e2e/account/clients.spec.ts opens one.
  "/account/clients/[id]": {
    rule: (actor) => (nobody.includes(actor) ? "/sign-in" : "missing"),
    at: () => "/account/clients/1",
  },
  "/account/address/confirm": { rule: anyone() },
  "/account/address/stop": { rule: anyone() },
  "/account/correct": { rule: steppedUp(signedIn) },
  "/account/correct/address": { rule: steppedUp(signedIn) },
  "/account/deletion": { rule: steppedUp(signedIn) },
  "/account/deletion/cancel": { rule: anyone() },
  "/account/kept": { rule: signedIn },
  "/account/notices": { rule: signedIn },
  "/account/packages": { rule: signedIn },
  "/account/packages/[id]": { rule: ownRow, at: (row) => `/account/packages/${row.packageId}` },
  "/account/requests": { rule: signedIn },
  "/account/requests/new": { rule: steppedUp(signedIn), at: () => "/account/requests/new?kind=access" },
  "/account/requests/[reference]": { rule: ownRow, at: (row) => `/account/requests/${row.reference}` },
  "/account/sessions": { rule: signedIn },
  "/account/uses": { rule: signedIn },
  "/account/timeline": { rule: signedIn },
  "/account/transfers": { rule: signedIn },
  "/account/transfers/new": { rule: steppedUp(signedIn) },
  "/account/transfers/[id]": { rule: ownRow, at: (row) => `/account/transfers/${row.transferId}` },
  "/account/transfers/incoming/[id]": { rule: ownRow, at: (row) => `/account/transfers/incoming/${row.incomingId}` },
  "/account/timeline/evidence": { rule: steppedUp(signedIn) },

  "/admin": { rule: staffOnly() },
  "/admin/audit": { rule: staffOnly() },
  "/admin/cases/new": { rule: staffOnly("agent", "officer") },
  "/admin/business-transfers": { rule: staffOnly() },
  "/admin/cases/[id]": { rule: staffRow(), at: (row) => `/admin/cases/${row.caseId}` },
  // The matrix's case is none of a correction, so there is nothing to put right; e2e/account/by-value.spec.ts opens one.
  "/admin/cases/[id]/correct": {
    rule: (actor, which) => {
      const seen = staffOnly("agent", "officer")(actor, which);
      return seen === "shown" ? "missing" : seen;
    },
    at: (row) => `/admin/cases/${row.caseId}/correct`,
  },
  "/admin/cases/[id]/originals": { rule: staffRow("officer"), at: (row) => `/admin/cases/${row.caseId}/originals` },
  "/admin/cases/[id]/presence": {
    ...{ rule: staffRow(), method: "POST" },
    at: (row) => `/admin/cases/${row.caseId}/presence`,
  },
  "/admin/disclosures": { rule: staffOnly() },
  "/admin/holds": { rule: staffOnly() },
  "/admin/mail": { rule: staffOnly() },
  "/admin/notices": { rule: staffOnly() },
  "/admin/notices/[id]": { rule: staffRow(), at: (row) => `/admin/notices/${row.noticeId}` },
  "/admin/notices/[id]/evidence": {
    rule: staffRow("officer", "auditor"),
    at: (row) => `/admin/notices/${row.noticeId}/evidence`,
  },
  "/admin/policies": { rule: staffOnly() },
  "/admin/policies/new": { rule: staffOnly("agent", "officer") },
  "/admin/policies/[n]": { rule: staffRow(), at: (row, which) => `/admin/policies/${version(row, which)}` },
  "/admin/policies/[n]/changes": {
    rule: staffRow(),
    at: (_row, which) => `/admin/policies/${which === "missing" ? "987654" : "2"}/changes`,
  },
  "/admin/policies/[n]/preview": {
    rule: staffRow(),
    at: (row, which) => `/admin/policies/${version(row, which)}/preview`,
  },
  "/admin/policies/[n]/source": {
    rule: staffRow(),
    at: (row, which) => `/admin/policies/${version(row, which)}/source`,
  },
  "/admin/providers": { rule: staffOnly() },
  "/admin/providers/[id]": { rule: staffRow(), at: (row) => `/admin/providers/${row.providerErasureId}` },
  "/admin/replies": { rule: staffOnly() },
  "/admin/replies/[id]": { rule: staffRow(), at: (row) => `/admin/replies/${row.savedReplyId}` },
  "/admin/retention": { rule: staffOnly() },
  "/admin/staff": { rule: staffOnly() },

  // A holder's own, and staff's; the row's file was never written: 410.
  "/api/attachments/[id]": {
    rule: (actor, which) => {
      const seen = staff.includes(actor)
        ? which !== "missing"
        : !nobody.includes(actor) && ownRow(actor, which) === "shown";
      return seen ? "status 410" : "missing";
    },
    at: (row) => `/api/attachments/${row.attachmentId}`,
  },
  "/api/health": { rule: anyone() },
  "/api/health/live": { rule: anyone() },
  "/api/health/ready": { rule: anyone() },
  // Programs ask here, so nobody is led to a sign-in page. The row's package is still being written: 409.
  "/api/packages/[id]/parts/[n]": {
    rule: (actor, which) => {
      if (nobody.includes(actor)) return "missing";
      if (actor === "stale") return "forbidden";
      return ownRow(actor, which) === "shown" ? "status 409" : "missing";
    },
    at: (row) => `/api/packages/${row.packageId}/parts/1`,
  },
  "/api/packages/[id]/progress": {
    rule: (actor, which) => (nobody.includes(actor) ? "missing" : ownRow(actor, which)),
    at: (row) => `/api/packages/${row.packageId}/progress`,
  },
  // A key of the platform opens these; no session does.
  "/api/v1/processing": { rule: anyone("status 401"), method: "POST" },
  "/api/v1/processing/[subject]": {
    rule: anyone("status 401"),
    at: (row) => `/api/v1/processing/${row.caseId}?purpose=improvement`,
  },
  "/api/v1/processing/changes": { rule: anyone("status 401") },
  "/api/v1/acknowledgements": { rule: anyone("status 401"), method: "POST" },
  // Other providers call here; what they sign is the only key, and nothing here signs.
  "/api/v1/transfers": { rule: anyone("status 400"), method: "POST" },
  "/api/v1/transfers/[id]": { rule: anyone("status 401"), at: (row) => `/api/v1/transfers/${row.incomingId}` },
  "/api/v1/transfers/[id]/complete": {
    rule: anyone("status 401"),
    at: (row) => `/api/v1/transfers/${row.incomingId}/complete`,
    method: "POST",
  },
  "/api/v1/transfers/[id]/parts/[n]": {
    rule: anyone("status 401"),
    at: (row) => `/api/v1/transfers/${row.incomingId}/parts/1`,
    method: "PUT",
  },
  "/api/webhooks/erasure/[provider]": {
    rule: anyone("status 401"),
    at: () => "/api/webhooks/erasure/ledgerline",
    method: "POST",
  },
  "/api/webhooks/resend": { rule: anyone("status 401"), method: "POST" },

  // Demo and tests only; the production server answers 404 (lib/mail/queries.test.ts).
  "/dev/mailbox": { rule: anyone() },
  "/dev/mailbox/write": { rule: anyone() },
  "/dev/mailbox/[id]": { rule: anyone("missing"), at: () => "/dev/mailbox/999999999" },
  "/dev/mailbox/[id]/html": { rule: anyone("missing"), at: () => "/dev/mailbox/999999999/html" },
};

const writers = ["agent", "officer"] as const;
const caseForm = (row: Row) => ({ caseId: row.caseId, revision: "0" });
const messageForm = (row: Row) => ({ ...caseForm(row), messageId: row.missingId, ground: "mistaken" });
const processingForm = (row: Row) => ({ ...caseForm(row), recordId: row.processingId, text: "A line" });

/** Every server action, by file and name. What is not here fails the matrix. */
export const actions: Record<string, ActionEntry> = {
  "components/layout/theme-actions.ts#setTheme": { rule: anyone() },
  "app/(public)/contact/actions.ts#ask": { rule: anyone() },
  "app/dev/mailbox/write/actions.ts#send": { rule: anyone() },
  "app/(public)/account/address/actions.ts#confirmByToken": { rule: anyone() },
  "app/(public)/account/address/actions.ts#stopByToken": { rule: anyone() },
  "app/(public)/account/deletion/cancel/actions.ts#cancelByToken": { rule: anyone() },
  "app/(public)/privacy/subscribe/actions.ts#ask": { rule: anyone() },
  "app/(public)/privacy/subscribe/actions.ts#confirm": { rule: anyone() },
  "app/(public)/requests/confirm/actions.ts#confirm": { rule: anyone() },
  "app/(public)/requests/confirm/actions.ts#disown": { rule: anyone() },
  "app/(public)/requests/new/actions.ts#ask": { rule: anyone() },
  "app/(public)/requests/new/actions.ts#askForOther": { rule: anyone() },
  "app/(public)/requests/permission/actions.ts#withdraw": { rule: anyone() },
  "app/(public)/requests/status/actions.ts#appeal": { rule: anyone() },
  "app/(public)/requests/status/actions.ts#close": { rule: anyone() },
  "app/(public)/requests/status/actions.ts#open": { rule: anyone() },
  "app/(public)/requests/status/actions.ts#plan": { rule: anyone() },
  "app/(public)/requests/status/actions.ts#sendLink": { rule: anyone() },
  "app/(public)/requests/status/actions.ts#takeBack": { rule: anyone() },
  "app/(public)/requests/status/actions.ts#write": { rule: anyone() },
  "app/(public)/stop-package/actions.ts#stopByToken": { rule: anyone() },
  "app/(public)/unsubscribe/actions.ts#endMails": { rule: anyone() },

  "app/(auth)/sign-in/actions.ts#askCode": { rule: anyone() },
  "app/(auth)/sign-in/actions.ts#enterCode": { rule: anyone() },
  "app/(auth)/sign-in/actions.ts#followLink": { rule: anyone() },
  "app/(auth)/sign-out/actions.ts#signOut": { rule: anyone() },
  "app/(auth)/not-me/actions.ts#stopEverything": { rule: anyone() },
  "app/(auth)/step-up/actions.ts#askStepUp": { rule: signedIn },
  "app/(auth)/step-up/actions.ts#confirmCode": { rule: signedIn },
  "app/(auth)/staff/actions.ts#acceptInvitation": { rule: anyone() },
  "app/(auth)/staff/actions.ts#beginEnrol": { rule: anyone() },
  "app/(auth)/staff/actions.ts#finishEnrol": { rule: anyone() },
  "app/(auth)/staff/actions.ts#beginVerify": { rule: anyone() },
  "app/(auth)/staff/actions.ts#finishVerify": { rule: anyone() },

  "app/(auth)/staff/passkeys/actions.ts#remove": {
    rule: staffOnly(),
    form: ({ missingId }) => ({ credentialId: missingId }),
  },

  "app/(account)/account/actions.ts#signOut": { rule: signedIn },
  "app/(account)/account/clients/actions.ts#erase": {
    rule: steppedUp(signedIn),
    form: ({ missingId }) => ({ clientId: missingId, confirmation: "A name" }),
    refusal: "not-allowed",
  },
  "app/(account)/account/clients/actions.ts#finish": {
    rule: signedIn,
    form: ({ missingId }) => ({ requestId: missingId }),
    refusal: "not-allowed",
  },
  "app/(account)/account/clients/actions.ts#search": {
    rule: signedIn,
    form: () => ({ text: "nobody" }),
    refusal: "not-allowed",
    reads: true,
  },
  "app/(account)/account/correct/actions.ts#propose": {
    rule: steppedUp(signedIn),
    form: ({ missingId }) => ({
      f: missingId,
      [`value.${missingId}`]: "A value",
      idempotencyKey: missingId,
      intent: "send",
    }),
    refusal: "not-found",
  },
  "app/(account)/account/correct/address/actions.ts#askForAddress": { rule: steppedUp(signedIn) },
  "app/(account)/account/correct/address/actions.ts#stopAddress": {
    rule: signedIn,
    form: ({ reference }) => ({ reference }),
  },
  "app/(account)/account/deletion/actions.ts#plan": { rule: signedIn },
  "app/(account)/account/deletion/actions.ts#cancel": { rule: signedIn, form: ({ reference }) => ({ reference }) },
  "app/(account)/account/notices/actions.ts#savePreferences": { rule: signedIn },
  "app/(account)/account/packages/actions.ts#confirm": { rule: signedIn },
  "app/(account)/account/packages/actions.ts#reissue": {
    rule: steppedUp(signedIn),
    form: ({ packageId }) => ({ packageId }),
  },
  "app/(account)/account/packages/actions.ts#stop": { rule: signedIn, form: ({ packageId }) => ({ packageId }) },
  "app/(account)/account/requests/[reference]/actions.ts#appeal": {
    rule: signedIn,
    form: ({ reference }) => ({ reference, message: "A line" }),
  },
  "app/(account)/account/requests/[reference]/actions.ts#write": {
    rule: signedIn,
    form: ({ reference }) => ({ reference, message: "A line" }),
  },
  "app/(account)/account/requests/new/actions.ts#askForData": { rule: signedIn },
  "app/(account)/account/requests/new/actions.ts#askInWords": { rule: signedIn },
  "app/(account)/account/sessions/actions.ts#endOne": { rule: signedIn, form: ({ sessionId }) => ({ sessionId }) },
  "app/(account)/account/sessions/actions.ts#endOthers": { rule: signedIn },
  "app/(account)/account/transfers/actions.ts#accept": {
    rule: steppedUp(signedIn),
    form: ({ incomingId }) => ({ incomingId }),
  },
  "app/(account)/account/transfers/actions.ts#decline": { rule: signedIn, form: ({ incomingId }) => ({ incomingId }) },
  "app/(account)/account/transfers/actions.ts#revoke": { rule: signedIn, form: ({ transferId }) => ({ transferId }) },
  "app/(account)/account/transfers/actions.ts#send": { rule: steppedUp(signedIn) },

  "app/(account)/account/uses/actions.ts#allow": { rule: signedIn },
  "app/(account)/account/uses/actions.ts#end": {
    rule: signedIn,
    form: ({ processingId }) => ({ recordId: processingId }),
  },
  "app/(account)/account/uses/actions.ts#object": { rule: signedIn },
  "app/(account)/account/uses/actions.ts#restrict": { rule: signedIn },

  "app/admin/actions.ts#bulk": {
    rule: staffOnly(...writers),
    form: ({ caseId }) => ({ cases: `${caseId}:0`, kind: "tag", tag: "seen" }),
  },
  "app/admin/actions.ts#findByAddress": {
    rule: staffOnly(...writers, "auditor"),
    form: () => ({ address: "nobody@nowhere.example" }),
    refusal: "shown",
    reads: true,
  },
  "app/admin/actions.ts#forgetView": {
    rule: staffOnly(...writers, "auditor"),
    form: ({ missingId }) => ({ viewId: missingId }),
  },
  "app/admin/actions.ts#keepView": { rule: staffOnly(...writers, "auditor") },
  "app/admin/actions.ts#runAgain": {
    rule: staffOnly(...writers),
    form: ({ caseId }) => ({ jobId: caseId }),
    refusal: "already-done",
  },
  "app/admin/actions.ts#signOut": { rule: signedIn },
  "app/admin/mail/actions.ts#open": {
    rule: staffOnly(...writers),
    form: ({ missingId }) => ({ inboundId: missingId }),
  },
  "app/admin/business-transfers/actions.ts#approve": {
    rule: staffOnly("officer"),
    form: ({ missingId }) => ({ transferId: missingId, boundTo: "0".repeat(64) }),
  },
  "app/admin/business-transfers/actions.ts#draft": {
    rule: staffOnly("officer"),
    form: () => ({
      ...{ kind: "merger", recipient: "Nobody Ltd", country: "Nowhere", ground: "contract", happensOn: "2020-01-01" },
      ...{ "categories.collect.account": "on", text: "It is written in a few sentences what it means for people." },
    }),
    refusal: "too-early",
  },
  "app/admin/business-transfers/actions.ts#publish": {
    rule: staffOnly("officer"),
    form: ({ missingId }) => ({ transferId: missingId, number: "1" }),
  },
  "app/admin/business-transfers/actions.ts#withdraw": {
    rule: staffOnly("officer"),
    form: ({ missingId }) => ({ transferId: missingId }),
  },
  "app/admin/cases/[id]/actions.ts#assign": {
    rule: staffOnly(...writers),
    form: (row) => ({ ...caseForm(row), to: "" }),
  },
  "app/admin/cases/[id]/actions.ts#beginAgain": { rule: staffOnly(...writers), form: caseForm },
  "app/admin/cases/[id]/correction-actions.ts#decideValue": {
    rule: staffOnly(...writers),
    form: (row) => ({ ...caseForm(row), itemId: row.missingId, decision: "approved" }),
  },
  "app/admin/cases/[id]/correction-actions.ts#toldProvider": {
    rule: staffOnly(...writers),
    form: ({ missingId }) => ({ noticeId: missingId }),
  },
  "app/admin/cases/[id]/correct/actions.ts#propose": {
    rule: staffOnly(...writers),
    form: (row) => ({
      ...{ ...caseForm(row), f: row.missingId, intent: "send" },
      ...{ [`value.${row.missingId}`]: "A value", [`evidence.${row.missingId}`]: "A line" },
    }),
  },
  "app/admin/cases/[id]/rights-actions.ts#name": {
    rule: staffOnly(...writers),
    form: (row) => ({ ...caseForm(row), kind: "correction" }),
  },
  "app/admin/cases/[id]/rights-actions.ts#writeDown": {
    rule: staffOnly(...writers),
    form: (row) => ({ ...caseForm(row), kind: "objection", uses: "improvement" }),
  },
  "app/admin/cases/[id]/processing-actions.ts#announce": {
    rule: staffOnly(...writers),
    form: (row) => ({ ...processingForm(row), ground: "claims-over" }),
  },
  "app/admin/cases/[id]/processing-actions.ts#except": {
    rule: staffOnly(...writers),
    form: (row) => ({ ...processingForm(row), purpose: "communication", ground: "legal-claims" }),
  },
  "app/admin/cases/[id]/processing-actions.ts#keep": { rule: staffOnly(...writers), form: processingForm },
  "app/admin/cases/[id]/processing-actions.ts#weigh": {
    rule: staffOnly(...writers),
    form: (row) => ({ ...processingForm(row), decision: "upheld" }),
  },
  "app/admin/cases/[id]/message-actions.ts#leaveOut": {
    rule: staffOnly(...writers),
    form: (row) => ({ ...messageForm(row), passage: "A line" }),
  },
  "app/admin/cases/[id]/originals/actions.ts#readOriginals": {
    rule: staffOnly("officer"),
    form: ({ caseId }) => ({ caseId, purpose: "quality", words: "A line of reasons" }),
  },
  "app/admin/cases/[id]/message-actions.ts#withdraw": { rule: staffOnly(...writers), form: (row) => messageForm(row) },
  "app/admin/cases/[id]/actions.ts#conceal": {
    rule: staffOnly("officer"),
    form: ({ missingId }) => ({ accessId: missingId, reason: "A reason in a sentence." }),
  },
  "app/admin/cases/[id]/actions.ts#decide": {
    rule: staffOnly(...writers),
    form: (row) => ({ ...caseForm(row), text: "A line", decision: "completed" }),
  },
  "app/admin/cases/[id]/actions.ts#extend": {
    rule: staffOnly(...writers),
    form: (row) => ({ ...caseForm(row), rule: "gdpr-1m", text: "A line" }),
  },
  "app/admin/cases/[id]/actions.ts#pause": { rule: staffOnly(...writers), form: caseForm },
  "app/admin/cases/[id]/actions.ts#resume": { rule: staffOnly(...writers), form: caseForm },
  "app/admin/cases/new/actions.ts#record": { rule: staffOnly(...writers) },
  "app/admin/cases/[id]/actions.ts#look": {
    rule: staffOnly(...writers),
    form: ({ caseId, missingId }) => ({ caseId, packageId: missingId, sha256: "0".repeat(64) }),
  },
  "app/admin/cases/[id]/actions.ts#merge": {
    rule: staffOnly(...writers),
    form: (row) => ({ ...caseForm(row), otherId: row.missingId, otherRevision: "0" }),
  },
  "app/admin/cases/[id]/actions.ts#redact": {
    rule: staffOnly(...writers),
    form: ({ caseId, missingId }) => ({
      ...{ caseId, packageId: missingId, parts: "operno/users/phone" },
      ...{ rows: "all", ground: "rights-of-others" },
    }),
  },
  "app/admin/cases/[id]/actions.ts#snooze": {
    rule: staffOnly(...writers),
    form: (row) => ({ ...caseForm(row), hours: "4", reason: "A line" }),
  },
  "app/admin/cases/[id]/actions.ts#tag": {
    rule: staffOnly(...writers),
    form: (row) => ({ ...caseForm(row), tag: "seen" }),
  },
  "app/admin/cases/[id]/actions.ts#untag": {
    rule: staffOnly(...writers),
    form: (row) => ({ ...caseForm(row), tag: "seen" }),
  },
  "app/admin/cases/[id]/actions.ts#wake": { rule: staffOnly(...writers), form: caseForm },
  "app/admin/cases/[id]/actions.ts#note": {
    rule: staffOnly(...writers),
    form: ({ caseId }) => ({ caseId, text: "A line" }),
  },
  "app/admin/cases/[id]/actions.ts#passOn": {
    rule: staffOnly(...writers),
    form: (row) => ({ ...caseForm(row), companyId: row.missingId }),
  },
  "app/admin/cases/[id]/actions.ts#reopen": { rule: staffOnly(...writers), form: caseForm },
  "app/admin/cases/[id]/actions.ts#reply": {
    rule: staffOnly(...writers),
    form: (row) => ({ ...caseForm(row), text: "A line" }),
  },
  "app/admin/cases/[id]/actions.ts#take": { rule: staffOnly(...writers), form: caseForm },
  "app/admin/cases/[id]/actions.ts#takeUp": {
    rule: staffOnly("officer"),
    form: (row) => ({ ...caseForm(row), text: "A line" }),
  },
  "app/admin/cases/[id]/actions.ts#visit": {
    rule: staffOnly(),
    form: ({ caseId }) => ({ caseId, purpose: "quality" }),
    reads: true,
  },
  "app/admin/disclosures/actions.ts#extend": {
    rule: staffOnly("officer"),
    form: ({ missingId }) => ({ disclosureId: missingId, until: "2099-01-01" }),
  },
  "app/admin/disclosures/actions.ts#record": {
    rule: staffOnly("officer"),
    form: () => ({
      ...{ authorityKind: "court", ground: "court-order", authority: "A court", why: "A reason in a sentence." },
      ...{ receivedOn: "2026-01-01", outcome: "given", "asked.collect.account": "on", "given.collect.account": "on" },
      ...{ peopleAsked: "1", peopleGiven: "1", addresses: "nobody@nowhere.example" },
    }),
  },
  "app/admin/disclosures/actions.ts#release": {
    rule: staffOnly("officer"),
    form: ({ missingId }) => ({ disclosureId: missingId, boundTo: "0".repeat(64) }),
  },
  "app/admin/disclosures/actions.ts#withdraw": {
    rule: staffOnly("officer"),
    form: ({ missingId }) => ({ disclosureId: missingId }),
  },
  "app/admin/holds/actions.ts#askRelease": {
    rule: staffOnly("officer"),
    form: ({ missingId }) => ({ holdId: missingId, reason: "A reason in a sentence." }),
  },
  "app/admin/holds/actions.ts#conceal": {
    rule: staffOnly("officer"),
    form: ({ missingId }) => ({ holdId: missingId, reason: "A reason in a sentence." }),
  },
  "app/admin/holds/actions.ts#confirm": {
    rule: staffOnly("officer"),
    form: ({ missingId }) => ({ holdId: missingId }),
  },
  "app/admin/holds/actions.ts#keep": {
    rule: staffOnly("officer"),
    form: ({ missingId }) => ({ holdId: missingId }),
  },
  "app/admin/holds/actions.ts#release": {
    rule: staffOnly("officer"),
    form: ({ missingId }) => ({ holdId: missingId }),
  },
  "app/admin/holds/actions.ts#request": {
    rule: staffOnly("officer"),
    form: () => ({
      scope: "person",
      address: "nobody@nowhere.example",
      ground: "legal-claim",
      note: "A reason in a sentence.",
    }),
  },
  "app/admin/holds/actions.ts#withdraw": {
    rule: staffOnly("officer"),
    form: ({ missingId }) => ({ holdId: missingId }),
  },
  "app/admin/notices/actions.ts#askException": {
    rule: staffOnly("officer"),
    form: ({ missingId }) => ({ noticeId: missingId, reason: "A reason in a sentence." }),
  },
  "app/admin/notices/actions.ts#findPerson": {
    rule: staffOnly(...writers, "auditor"),
    form: ({ missingId }) => ({ noticeId: missingId, address: "nobody@nowhere.example" }),
    reads: true,
  },
  "app/admin/notices/actions.ts#grantException": {
    rule: staffOnly("officer"),
    form: ({ missingId }) => ({ exceptionId: missingId }),
  },
  "app/admin/notices/actions.ts#pause": {
    rule: staffOnly("officer"),
    form: ({ missingId }) => ({ noticeId: missingId }),
  },
  "app/admin/notices/actions.ts#resume": {
    rule: staffOnly("officer"),
    form: ({ missingId }) => ({ noticeId: missingId }),
  },
  "app/admin/notices/actions.ts#retry": {
    rule: staffOnly("officer"),
    form: ({ missingId }) => ({ noticeId: missingId }),
  },
  "app/admin/notices/actions.ts#settle": {
    rule: staffOnly("officer"),
    form: ({ missingId }) => ({ batchId: missingId, decision: "send-again" }),
  },
  "app/admin/notices/actions.ts#stop": {
    rule: staffOnly("officer"),
    form: ({ missingId }) => ({ noticeId: missingId, reason: "A reason in a sentence." }),
  },
  "app/admin/notices/actions.ts#tellOtherwise": {
    rule: staffOnly(...writers),
    form: ({ missingId }) => ({ recipientId: missingId, how: "A letter was sent." }),
  },
  "app/admin/policies/actions.ts#announce": {
    rule: staffOnly("officer"),
    form: ({ missingId }) => ({ versionId: missingId }),
  },
  "app/admin/policies/actions.ts#approve": {
    rule: staffOnly("officer"),
    form: ({ missingId }) => ({ versionId: missingId, boundTo: "0".repeat(64) }),
  },
  "app/admin/policies/actions.ts#create": { rule: staffOnly(...writers) },
  "app/admin/policies/actions.ts#comment": {
    rule: staffOnly(...writers),
    form: ({ missingId }) => ({ versionId: missingId, clauseId: "", body: "A line" }),
  },
  "app/admin/policies/actions.ts#decide": {
    rule: staffOnly(...writers),
    form: ({ missingId }) => ({ versionId: missingId, proposal: "0".repeat(32), decision: "confirmed" }),
  },
  // Saves while somebody types, so it says why not and never leads away from the page.
  "app/admin/policies/actions.ts#edit": {
    rule: (actor) => {
      if (nobody.includes(actor)) return "sign-in-required";
      if (actor === "unverified") return "step-up-required";
      return staff.includes(actor) ? (actor === "auditor" ? "not-allowed" : "shown") : "not-found";
    },
    form: ({ missingId }) => ({ versionId: missingId, basedOn: "0".repeat(64), markdown: "A line" }),
  },
  "app/admin/policies/actions.ts#importFile": { rule: staffOnly(...writers) },
  "app/admin/policies/actions.ts#record": {
    rule: staffOnly("officer"),
    form: ({ missingId }) => ({ versionId: missingId }),
  },
  "app/admin/policies/actions.ts#resolve": {
    rule: staffOnly(...writers),
    form: ({ missingId }) => ({ commentId: missingId }),
  },
  "app/admin/policies/actions.ts#saveHighlights": {
    rule: staffOnly(...writers),
    form: ({ missingId }) => ({ versionId: missingId, basedOn: "0".repeat(64) }),
  },
  "app/admin/policies/actions.ts#submit": {
    rule: staffOnly(...writers),
    form: ({ missingId }) => ({ versionId: missingId }),
  },
  "app/admin/policies/actions.ts#withdraw": {
    rule: staffOnly("officer"),
    form: ({ missingId }) => ({ versionId: missingId }),
  },
  "app/admin/providers/actions.ts#record": {
    rule: staffOnly(...writers),
    form: ({ missingId }) => ({ erasureId: missingId, state: "erased", evidence: "A letter was sent." }),
  },
  "app/admin/replies/actions.ts#retire": {
    rule: staffOnly(...writers),
    form: ({ savedReplyId }) => ({ replyId: savedReplyId }),
  },
  "app/admin/replies/actions.ts#save": {
    rule: staffOnly(...writers),
    form: ({ savedReplyId }) => ({ replyId: savedReplyId, title: "A title", body: "A line" }),
  },
  "app/admin/retention/actions.ts#dryRun": { rule: staffOnly(...writers) },
  "app/admin/staff/actions.ts#disable": { rule: staffOnly("officer"), form: ({ staffId }) => ({ staffId }) },
};
