import { type PolicyCategory, policyCategories } from "./lib/data-map/types";

/**
 * The one file an adopting company edits: names, addresses, colour, retention classes, clocks
 * and switches. The policy text is checked against these numbers; secrets never live here.
 */
export const config = {
  company: {
    name: "Operno",
    legalName: "Operno",
    productName: "Operno",
    website: "https://operno.example",
    privacyMailbox: "privacy@operno.example",
    inquirySubject: "Privacy Policy Inquiry",
  },
  mail: {
    from: "Operno Trust Center <trust@operno.example>",
    replyTo: "privacy@operno.example",
    /** Mails to the privacy mailbox that the mail service hands on (docs/inbound-mail.md). */
    inbound: {
      /**
       * Whether `privacy+anything@` reaches the same mailbox: then mails about a case are answered to such an address with
       * its reference. Otherwise the reference in the subject leads back.
       */
      plusAddress: true,
      /** Who writes `Authentication-Results` on top of incoming mails (RFC 8601); null trusts nobody's. */
      authenticatedBy: "amazonses.com" as string | null,
      /**
       * Confirmations of receipt in an hour: to one address, which opens as many cases, and to all together. Nothing is lost beyond
       * them.
       */
      acknowledgements: { perAddress: 5, all: 300 },
    },
  },
  /** Files with questions and messages, in bytes: of one file, of all in one mail, and of all in one form. */
  attachments: { fileBytes: 10_000_000, mailBytes: 25_000_000, formBytes: 8_000_000, files: 10 },
  /** The one accent, `#rrggbb`, on light and on dark; each needs a contrast of 4.5 (lib/look.test.ts). */
  look: { accent: "#1f4fd8", accentDark: "#8fb0ff" },
  /** Since when Global Privacy Control is honoured; `/.well-known/gpc.json` says it. */
  gpcSince: "2025-05-28",
  /** Languages a notice can be written in; the first is the fallback. */
  languages: ["en"] as const,
  /**
   * The policy's categories of data in the words of your business: what each is called, what it holds on your platform, and where
   * that comes from. People read it on their dashboard, in their copy, in mails and in the policy's marks; the ids are fixed.
   */
  categories: {
    "collect.account": {
      label: "Account",
      what: "name, address, company, contact details",
      source: "You, or the company that gave you your account",
    },
    "collect.work-orders": {
      label: "Work",
      what: "clients, jobs, schedules, notes and files",
      source: "You and the people of your company",
    },
    "collect.communication": {
      label: "Messages",
      what: "on the platform and with support",
      source: "You, and whoever wrote to you",
    },
    "collect.payment": {
      label: "Payments",
      what: "invoices and payment references",
      source: "Your company and the payment processor",
    },
    "collect.usage": {
      label: "Usage",
      what: "features used and when",
      source: "Recorded while you used the service",
    },
    "collect.device": {
      label: "Devices",
      what: "browsers and systems you signed in from",
      source: "Sent by your browser or device",
    },
    "collect.logs": {
      label: "Logs",
      what: "server access and error reports",
      source: "Recorded by our servers",
    },
  } satisfies Record<PolicyCategory, { label: string; what: string; source: string }>,
  /** How long each class of data is kept: an ISO 8601 duration counted from `from`. */
  retention: {
    account: { period: "P90D", from: "account closure", label: "Account data" },
    "work-orders": { period: "P7Y", from: "account closure", label: "Work-order data" },
    usage: { period: "P2Y", from: "creation", label: "Usage logs" },
    communication: { period: "P3Y", from: "creation", label: "Support communications" },
  },
  /** When what is due is deleted: a cron expression in UTC, and how many hours lie between two runs at most. */
  sweep: {
    cron: "23 2 * * *",
    everyHours: 24,
    /** How long it is kept what each sweep did. */
    records: "P2Y",
  },
  cases: {
    /** How long a closed case is kept with everything in it, counted from when it was closed. */
    keep: "P24M",
    /** Days after a refusal in which its subject can appeal to an officer who did not decide it. */
    appealDays: 60,
  },
  /** Receipts of staff looking at a person's record: how long they are kept, and how many minutes one look lasts. */
  staffAccess: { keep: "P24M", visitMinutes: 60 },
  /** Authorities' demands for data: how long the record of one stays, and how wide the bands are that count the sealed ones. */
  disclosures: { keep: "P6Y", band: 10 },
  /** Fewest requests that a public figure of how we answered is made of. */
  attainment: { atLeast: 20 },
  /** How long the details of an entry of the audit log are kept; the entry and its proof stay. */
  audit: { details: "P6Y" },
  clocks: {
    /** Hours to a substantive reply to any inquiry or request. */
    replyHours: 72,
    /** Days between the announcement of a significant change and its effect. */
    noticeDays: 30,
    /** Whose calendar days and working days count for statutory deadlines: the company's seat. */
    zone: "UTC",
    /** Public holidays there, as YYYY-MM-DD; a statutory deadline moves off them. */
    holidays: [] as readonly string[],
  },
  notices: {
    /** Hours a mailing may take: a version is announced so much longer than `noticeDays` before its effect. */
    mailingHours: 24,
    /** Share of the mails that goes first; the rest waits `canaryMinutes` for what they bring back. */
    canaryShare: 0.01,
    canaryMinutes: 30,
    /** Above these shares of the mails handed over, a mailing stops itself until an officer looks. */
    bounceShare: 0.05,
    complaintShare: 0.003,
    /** Calls a second that the mail service allows, for saying how long a mailing takes; 2 to 5 at Resend. */
    callsPerSecond: 2,
    /** What a thousand mails cost, such as { perThousand: 0.9, currency: "USD" }; null while nobody said. */
    price: null as { perThousand: number; currency: string } | null,
  },
  /**
   * How long it is kept who was told of a policy version, when, and what became of the mail: an ISO 8601 duration from
   * when that version was replaced or withdrawn. The addresses in it go earlier, counted from when it took effect or was
   * withdrawn; without them the proof stands.
   */
  evidence: { keep: "P6Y", addresses: "P1Y" },
  /** Policy changes by mail without an account: how long a link confirms, and when a subscription ends by itself. */
  subscription: { confirmHours: 48, keep: "P3Y" },
  /** Where somebody can complain when a request is declined (GDPR 12(4)). */
  complaint: {
    authority: "the data protection authority where you live or work",
    address: "https://www.edpb.europa.eu/about-edpb/about-edpb/members_en",
  },
  /**
   * Asking without an account: days that the link to an address on file proves who somebody is, and hours to its reminder; days
   * that a mail's code opens the status page, and minutes that the page then stays open in that browser.
   */
  requests: { linkDays: 7, remindHours: 24, codeDays: 90, sessionMinutes: 30 },
  deletion: { graceDays: 7 },
  /** Another address to sign in with waits `delayHours`, in which every known address can stop it; its link works `proveHours`. */
  addressChange: { delayHours: 24, proveHours: 48 },
  desk: {
    /** Staff are told by mail of a clock that runs out within so many hours, and again once it was missed. */
    nearHours: 12,
    /** A case that is put aside comes back so many hours before its earliest clock runs out. */
    snoozeMarginHours: 24,
  },
  /**
   * A package waits for two different people to look at what it is, before it is handed out, when one of these holds: so many
   * rows in all or of a company's account; so many rows in collections that are shared with others or mention the person
   * only; a whole company asked for from a new address or device. Null or false switches one off.
   */
  release: {
    secondLookFrom: { rows: 1_000_000, companyRows: 250_000, rowsOfOthers: 100_000, freshCompany: true },
  },
  /** Providers that were told of an erasure: the answer is due after `due` (GDPR 12(3)), and asked for again every `remindDays`. */
  providerAnswers: { due: "P1M", remindDays: 7, timeoutSeconds: 15 },
  /** A legal hold that one officer asked for keeps data for so long; then it lapses unless a second one set it. */
  holds: { provisionalHours: 72 },
  /** Days after which no backup of any mapped system, or of this one, holds a day's data any more; receipts say it. */
  backups: { keepDays: 35 },
  processing: {
    /** Seconds for which the platform may rely on an answer whether a use may go on. */
    answerSeconds: 60,
    /** Days between telling a person that a limit they asked for ends and its end (GDPR 18(3)). */
    liftDays: 14,
  },
  packages: { keepDays: 7, partBytes: 2_000_000_000 },
  /**
   * Where people can have their data sent (GDPR 20(2)), and what is taken in from other providers (docs/transfers.md). `address` names
   * the environment variable with the origin of a provider that speaks the protocol; while it is unset, that one is not offered.
   */
  transfers: {
    destinations: [
      { id: "fieldrunner", name: "Fieldrunner", address: "TRANSFER_FIELDRUNNER_URL" },
      { id: "jobwerk", name: "Jobwerk GmbH", address: "TRANSFER_JOBWERK_URL" },
    ],
    /** Whether a person may name any other https address; whoever answers there has to prove itself. */
    anyAddress: true,
    /** Days for which a receiver that does not answer is tried again; shorter than packages are kept. */
    tryDays: 5,
    timeoutSeconds: 30,
    receive: {
      /** Whether packages of other providers are taken in; also needs the data map's `importer`. */
      enabled: true,
      /** The largest package that is taken, in bytes as it is sent and as it unpacks. */
      maxBytes: 20_000_000_000,
      maxUnpackedBytes: 100_000_000_000,
      /** All that lies here of packages in bytes as they were offered; beyond it an offer has to come again later. */
      maxHeldBytes: 100_000_000_000,
      /** How often a package is tried to be checked, and to be put in, ever more seldom; ten times take some four hours. */
      tries: 10,
      /** Hours in which the first piece of an offered package has to come; then the room that was kept for it is free again. */
      offerHours: 24,
      /** Days that a package waits for its person to take it. */
      keepDays: 14,
    },
  },
  signIn: {
    codeMinutes: 10,
    codeAttempts: 5,
    sessionDays: 30,
    /** Days that ended sessions stay, for the person's and the desk's questions. */
    endedDays: 30,
    stepUpMinutes: 5,
    /** Staff show their passkey again after this long. */
    staffHours: 12,
    /** Export and deletion wait this long after a first sign-in from a new address or device. */
    freshHours: 24,
  },
  providers: [
    { category: "hosting", label: "Cloud hosting and infrastructure" },
    { category: "payment", label: "Payment processing" },
    { category: "email", label: "Email delivery" },
    { category: "analytics", label: "Analytics and monitoring" },
  ],
  /**
   * Who the providers are, for the statement that comes with everybody's copy (GDPR 15(1)(c) and 15(2)): which of the
   * policy's categories each receives, where, and what protects data that leaves the EEA (null when none does).
   * One counts while the policy in force names its kind.
   *
   * And how each learns of an erasure (GDPR 17(2), 19): `webhook` and `secret` name the environment variables of its address and
   * of the key both sides sign with (Standard Webhooks), and while they are unset staff tell it by hand; `manual`; or `none` with
   * the reason why there is nothing to tell. `knows` is what it tells people apart by, and all that it is sent: `user_id` and
   * `company_id` of the platform, and kinds of identities of the data map. `id` stands in addresses.
   */
  recipients: [
    {
      id: "nordhafen",
      name: "Nordhafen Cloud GmbH",
      provider: "hosting",
      country: "Germany",
      safeguard: null,
      receives: policyCategories,
      knows: [],
      erasure: {
        none: "It runs the servers on which the data was deleted and keeps nothing by person. Its backups are overwritten in turn.",
      },
    },
    {
      id: "ledgerline",
      name: "Ledgerline Payments Ltd",
      provider: "payment",
      country: "Ireland",
      safeguard: null,
      receives: ["collect.account", "collect.payment"],
      knows: ["company_id", "email"],
      erasure: { webhook: "LEDGERLINE_ERASURE_URL", secret: "LEDGERLINE_ERASURE_SECRET" },
    },
    {
      id: "postwright",
      name: "Postwright Mail, Inc.",
      provider: "email",
      country: "United States",
      safeguard: "standard contractual clauses (Commission Decision (EU) 2021/914)",
      receives: ["collect.account", "collect.communication"],
      knows: ["email"],
      erasure: { webhook: "POSTWRIGHT_ERASURE_URL", secret: "POSTWRIGHT_ERASURE_SECRET" },
    },
    {
      id: "gaugeworks",
      name: "Gaugeworks SAS",
      provider: "analytics",
      country: "France",
      safeguard: null,
      receives: ["collect.usage", "collect.device", "collect.logs"],
      knows: ["user_id", "hardware_id"],
      erasure: "manual",
    },
    {
      id: "deskharbour",
      name: "Deskharbour BV",
      provider: "support",
      country: "Netherlands",
      safeguard: null,
      receives: ["collect.account", "collect.communication"],
      knows: ["email"],
      erasure: "manual",
    },
  ],
  /**
   * What another policy version changes of the numbers above, by its number. They count from the
   * instant that version takes effect, and that version is published only if its sentences agree.
   */
  fromVersion: {
    2: {
      retention: { usage: "P1Y" },
      providers: [{ category: "support", label: "Customer support tools" }],
    },
  },
} as const;

export type RetentionClass = keyof typeof config.retention;
