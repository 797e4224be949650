import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { BrowserContext, Page } from "@playwright/test";
import type postgres from "postgres";
import { keyedHash, randomToken, sha256Hex } from "@/lib/crypto/hash";
import { findClients } from "@/lib/data-map/find-clients";
import { findPlatformPerson } from "@/lib/data-map/find-platform-person";
import { unsubscribeToken } from "@/lib/mail/unsubscribe-token";
import { storeReceipt } from "./fixtures/receipt";
import { signInAs, signInAsStaff } from "./fixtures/sign-in";

/** Who looks: nobody, the demo's people, staff; `unshown` is an officer whose passkey was not shown yet. */
export const viewers = ["visitor", "ada", "noor", "ines", "officer", "auditor", "unshown"] as const;
export type Viewer = (typeof viewers)[number];

export type Shown = {
  /** The page's pattern, as the access matrix names it; none for what no route serves. */
  route?: string;
  /** Where it is seen in a useful state. */
  at: string;
  as?: Viewer;
  /** What has to be done on the way there. */
  before?: (page: Page) => Promise<void>;
  /** The answer's status where it is not 200. */
  status?: 403 | 404;
};

export const demoPeople = {
  ada: "ada.winter@lumen-lifts.example",
  noor: "noor.haddad@brightpipe.example",
  ines: "ines.duarte@kestrel-clean.example",
} as const;

/** Every page of the app in the state that is worth looking at, on the demo's data. */
export async function everyPage(sql: postgres.Sql): Promise<Shown[]> {
  const found = (query: () => postgres.PendingQuery<postgres.Row[]>) => waitFor(async () => (await query())[0]?.value);
  const caseOf = (kind: string) =>
    found(() => sql`select id as value from cases where kind = ${kind} order by received_at limit 1`);
  const referenceOf = (id: string) => found(() => sql`select reference as value from cases where id = ${id}`);
  const [correction, deletion, inquiry] = [
    await caseOf("correction"),
    await caseOf("deletion"),
    await caseOf("inquiry"),
  ];
  const noor = await found(() => sql`select id as value from people where email = ${demoPeople.noor}`);
  const packageId = await found(
    () => sql`select id as value from packages where person_id = ${noor} order by requested_at limit 1`,
  );
  const notice = await found(
    () => sql`select n.id as value from notices n join policy_versions v on v.id = n.version_id where v.number = 2`,
  );
  const mail = await found(
    () =>
      sql`select id::text as value from mailbox where subject like 'Our privacy policy changes%' order by id limit 1`,
  );
  const alert = randomToken();
  await sql`
    insert into security_alerts (id, person_id, kind, session_id, token_hash, expires_at)
    values (${randomUUID()}, ${noor}, 'new-device', ${randomUUID()}, ${sha256Hex(alert)}, now() + interval '1 day')`;
  const task = randomUUID();
  await sql`
    insert into provider_erasures (id, case_id, recipient, name, kind, way, prepared_at, owed_at, due_at)
    values (${task}, ${deletion}, 'gaugeworks', 'Gaugeworks SAS', 'Analytics and monitoring', 'manual', now(),
            now() - interval '40 days', now() - interval '9 days') on conflict do nothing`;
  const [reply, writer] = [randomUUID(), randomUUID()];
  await sql`insert into people (id, email) values (${writer}, ${`writer-${writer}@operno.example`})`;
  await sql`insert into staff (id, person_id, role, display_name) values (${writer}, ${writer}, 'agent', 'Nora Feld')`;
  await sql`
    insert into saved_replies (id, title, body, clauses, checked_against, written_by)
    values (${reply}, ${`How long we keep logs ${reply.slice(0, 4)}`}, 'We keep usage logs for two years.',
            '[{"id": "retention", "sha256": "of another version"}]', 1, ${writer})`;
  const company = (await findPlatformPerson(demoPeople.ada))?.companyId ?? "";
  const [client] = await findClients(company, "a");
  const aboutDeletion = await found(
    () => sql`select text as value from mailbox
              where recipient like ${`%${demoPeople.ines}%`} and subject ilike '%deletion%is planned%' limit 1`,
  );
  const cancel = /\/account\/deletion\/cancel\?token=[\w-]+/.exec(aboutDeletion)?.[0] ?? "";

  const incoming = randomUUID();
  await sql`
    insert into transfers (id, case_id, person_id, package_id, scope, origin, name, contact, endpoint, public_key, requested_at,
           fence, offered_at, last_attempt_at, last_failure, failures, failing_since, bytes_total, bytes_sent)
    select ${randomUUID()}, case_id, person_id, id, scope, 'https://data.fieldrunner.example', 'Fieldrunner', 'privacy@fieldrunner.example',
           'https://data.fieldrunner.example/transfers', ${"A".repeat(43)}, now() - interval '1 hour', 3, now() - interval '50 minutes',
           now() - interval '2 minutes', 'timeout', 2, now() - interval '9 minutes', 48200000, 20971520
    from packages where id = ${packageId} on conflict do nothing`;
  const transfer = await found(() => sql`select id as value from transfers where package_id = ${packageId}`);
  const contents = [
    { collection: "companies", rows: 1, fields: [{ name: "plan", why: "default" }] },
    { collection: "users", rows: 14 },
    { collection: "user_sessions", rows: 9, skipped: "no-key" },
    { collection: "work_orders", rows: 1240 },
    { collection: "invoices", rows: 24, skipped: "by-map" },
    { collection: "devices", rows: 17, fields: [{ name: "hardware_id", why: "new" }] },
  ];
  await sql`
    insert into incoming_transfers (id, sender_id, sender_origin, sender_name, sender_key, scope, address_hash, offer_sha256, sha256,
           bytes, parts, chunk_bytes, offered_at, expires_at, completed_at, verified_at, contents)
    values (${incoming}, ${incoming}, 'https://trust.oldprovider.example', 'Old Provider', ${"A".repeat(43)}, 'company',
            ${keyedHash("transfer", demoPeople.noor)}, 'x', 'x', 3480000, '[{"bytes":3480000,"sha256":"x"}]', 4194304, now(),
            now() + interval '14 days', now(), now(), ${sql.json(contents)})`;

  const tokens = await caseTokens(sql, inquiry);
  const receipt = keyedHash("journeys", deletion);
  await storeReceipt(sql, deletion, receipt);

  const page = (route: string, more: Partial<Shown> = {}): Shown => ({ route, at: route, ...more });
  return [
    page("/"),
    page("/contact"),
    page("/privacy"),
    page("/privacy/versions"),
    page("/privacy/versions/[n]", { at: "/privacy/versions/1" }),
    page("/privacy/versions/[n]", { at: "/privacy/versions/2" }),
    page("/privacy/changes/[from]/[to]", { at: "/privacy/changes/1/2" }),
    page("/privacy/changes/[from]/[to]/changes", { at: "/privacy/changes/1/2/changes" }),
    page("/privacy/changes/[from]/[to]/full-text", { at: "/privacy/changes/1/2/full-text" }),
    page("/privacy/attainment"),
    page("/privacy/business-transfers"),
    page("/privacy/disclosures"),
    page("/privacy/portability"),
    page("/privacy/retention"),
    page("/privacy/subscribe"),
    page("/privacy/subscribe/confirm"),
    page("/privacy/subscribe/confirm", { at: `/privacy/subscribe/confirm?token=${randomToken()}` }),
    page("/receipt/[token]", { at: `/receipt/${receipt}` }),
    page("/requests/confirm"),
    page("/requests/confirm", { at: `/requests/confirm?token=${tokens.proof}` }),
    page("/requests/new"),
    page("/requests/new", { at: "/requests/new?for=other" }),
    page("/requests/new", { at: "/requests/new?kind=restriction" }),
    page("/requests/permission"),
    page("/requests/permission", { at: `/requests/permission?token=${tokens.withdraw}` }),
    page("/requests/status"),
    page("/requests/status", { before: giveCode(await referenceOf(inquiry), tokens.status) }),
    page("/stop-package"),
    page("/unsubscribe"),
    page("/unsubscribe", { at: `/unsubscribe?token=${unsubscribeToken(noor, "package-updates")}` }),
    page("/not-me"),
    page("/not-me", { at: `/not-me?token=${alert}` }),
    page("/account/deletion/cancel"),
    page("/account/deletion/cancel", { at: cancel }),
    page("/sign-in"),
    page("/sign-in/code", { before: askForCode }),
    page("/sign-in/link"),
    page("/sign-in/link", { at: `/sign-in/link?token=${randomToken()}` }),
    page("/sign-out"),
    page("/sign-out", { as: "ada" }),
    page("/staff/enrol"),
    page("/staff/enrol", { at: `/staff/enrol?token=${randomToken()}` }),
    page("/staff/enrol", { as: "officer" }),
    page("/staff/passkeys", { as: "officer" }),
    page("/staff/verify", { as: "unshown" }),
    page("/step-up", { as: "ada" }),
    page("/step-up", { as: "officer" }),
    page("/account", { as: "ada" }),
    page("/account", { as: "ines" }),
    page("/account/access", { as: "noor" }),
    page("/account/clients", { as: "ada" }),
    page("/account/clients", { as: "ines" }),
    page("/account/clients/[id]", { at: `/account/clients/${client?.id}`, as: "ada" }),
    page("/account/address/confirm"),
    page("/account/address/stop"),
    page("/account/correct", { as: "ada" }),
    page("/account/correct/address", { as: "ada" }),
    page("/account/deletion", { as: "ada" }),
    page("/account/deletion", { as: "ines" }),
    page("/account/kept", { as: "ada" }),
    page("/account/notices", { as: "ada" }),
    page("/account/packages", { as: "ada" }),
    page("/account/packages", { as: "noor" }),
    page("/account/packages/[id]", { at: `/account/packages/${packageId}`, as: "noor" }),
    page("/account/requests", { as: "ada" }),
    page("/account/requests", { as: "noor" }),
    page("/account/requests/new", { at: "/account/requests/new?kind=access", as: "ada" }),
    page("/account/requests/new", { at: "/account/requests/new?kind=portability", as: "ada" }),
    page("/account/requests/new", { at: "/account/requests/new?kind=correction", as: "ada" }),
    page("/account/requests/[reference]", {
      at: `/account/requests/${await referenceOf(correction)}`,
      as: "noor",
    }),
    page("/account/requests/[reference]", { at: `/account/requests/${await referenceOf(deletion)}`, as: "ines" }),
    page("/account/sessions", { as: "ada" }),
    page("/account/uses", { as: "ada" }),
    page("/account/uses", { as: "noor", before: limitSome }),
    page("/account/timeline", { as: "ada" }),
    page("/account/timeline", { as: "noor" }),
    page("/account/transfers", { as: "ada" }),
    page("/account/transfers", { as: "noor" }),
    page("/account/transfers/new", { as: "ada" }),
    page("/account/transfers/[id]", { at: `/account/transfers/${transfer}`, as: "noor" }),
    page("/account/transfers/incoming/[id]", { at: `/account/transfers/incoming/${incoming}`, as: "noor" }),
    page("/admin", { as: "officer" }),
    page("/admin", { at: "/admin?q=nothing-like-this", as: "officer" }),
    page("/admin/audit", { as: "officer" }),
    page("/admin/cases/new", { as: "officer" }),
    page("/admin/cases/[id]", { at: `/admin/cases/${correction}`, as: "officer" }),
    page("/admin/cases/[id]", { at: `/admin/cases/${deletion}`, as: "officer" }),
    page("/admin/cases/[id]/correct", { at: `/admin/cases/${correction}/correct`, as: "officer" }),
    page("/admin/cases/[id]", { at: `/admin/cases/${inquiry}`, as: "auditor" }),
    page("/admin", { at: `/admin?case=${correction}`, as: "officer" }),
    page("/admin/cases/[id]/originals", { at: `/admin/cases/${inquiry}/originals`, as: "officer" }),
    page("/admin/mail", { as: "officer" }),
    page("/admin/notices", { as: "officer" }),
    page("/admin/notices/[id]", { at: `/admin/notices/${notice}`, as: "officer" }),
    page("/admin/policies", { as: "officer" }),
    page("/admin/policies/new", { as: "officer" }),
    page("/admin/policies/[n]", { at: "/admin/policies/2", as: "officer" }),
    page("/admin/policies/[n]/changes", { at: "/admin/policies/2/changes", as: "officer" }),
    page("/admin/policies/[n]/preview", { at: "/admin/policies/2/preview", as: "officer" }),
    page("/admin/providers", { as: "officer" }),
    page("/admin/providers/[id]", { at: `/admin/providers/${task}`, as: "officer" }),
    page("/admin/business-transfers", { as: "officer" }),
    page("/admin/disclosures", { as: "officer" }),
    page("/admin/disclosures", { as: "auditor" }),
    page("/admin/holds", { as: "officer" }),
    page("/admin", { at: "/admin?state=snoozed&assigned=nobody", as: "auditor" }),
    page("/admin/replies", { as: "officer" }),
    page("/admin/replies/[id]", { at: `/admin/replies/${reply}`, as: "officer" }),
    page("/admin/retention", { as: "officer" }),
    page("/admin/retention", { as: "auditor" }),
    page("/admin/staff", { as: "officer" }),
    page("/dev/mailbox"),
    page("/dev/mailbox/write"),
    page("/dev/mailbox/write", { at: `/dev/mailbox/write?reply=${mail}` }),
    page("/dev/mailbox/[id]", { at: `/dev/mailbox/${mail}` }),
    page("/dev/mailbox/[id]", { at: `/dev/mailbox/${mail}?view=text` }),
    page("/dev/mailbox/[id]/html", { at: `/dev/mailbox/${mail}/html` }),
    { at: "/there-is-nothing-here", status: 404 },
    { at: `/account/requests/PR-0000-0000`, as: "ada", status: 404 },
    { at: `/admin/cases/${randomUUID()}`, as: "officer", status: 404 },
    { at: "/admin/policies/new", as: "auditor", status: 403 },
  ];
}

/** What a person without an account would have in their mails about a case. */
async function caseTokens(sql: postgres.Sql, caseId: string) {
  const tokens = { proof: randomToken(), withdraw: randomToken(), status: randomToken() };
  for (const [purpose, token] of Object.entries(tokens))
    await sql`
      insert into case_tokens (id, case_id, purpose, bearer, token_hash, created_at, expires_at)
      values (${randomUUID()}, ${caseId}, ${purpose}, 'asker', ${sha256Hex(token)}, now(), now() + interval '1 day')`;
  return tokens;
}

/** The status page belongs to the browser that gave reference and code. */
const giveCode = (reference: string, code: string) => async (page: Page) => {
  const address = `/requests/status?reference=${reference}&code=${code}`;
  await page.goto(new URL(address, String(process.env.E2E_ORIGIN)).href);
  await page.getByRole("button", { name: "Open" }).click();
  await page.getByRole("button", { name: "Close this page" }).waitFor();
};

/** What the demo's worker makes may take a moment. */
async function waitFor(look: () => Promise<unknown>): Promise<string> {
  for (const until = Date.now() + 30_000; ; await sleep(200)) {
    const value = await look();
    if (typeof value === "string") return value;
    if (Date.now() > until) throw new Error("the demo lacks what a page shows");
  }
}

/** Signs a browser in as a viewer. */
export async function signInAsViewer(context: BrowserContext, viewer: Viewer): Promise<void> {
  if (viewer === "officer") await signInAsStaff(context, "officer", { name: "Noa Lindqvist" });
  else if (viewer === "auditor") await signInAsStaff(context, "auditor", { name: "Lea Brandt" });
  else if (viewer === "unshown") await signInAsStaff(context, "officer", { passkeyAt: null });
  else if (viewer !== "visitor") await signInAs(context, demoPeople[viewer]);
}

/** An objection and a limit, each once: asked for again they are the same. */
async function limitSome(page: Page): Promise<void> {
  await page.goto(new URL("/account/uses", String(process.env.E2E_ORIGIN)).href);
  const objectTo = page.getByRole("button", { name: "Object to communication" });
  if (await objectTo.isVisible()) {
    await objectTo.click();
    await page.getByRole("button", { name: "Limit it" }).click();
    await page
      .getByRole("button", { name: /End the limit/ })
      .first()
      .waitFor();
  }
}

/** The code's page belongs to the browser that asked for one. */
async function askForCode(page: Page): Promise<void> {
  await page.goto(new URL("/sign-in", String(process.env.E2E_ORIGIN)).href);
  await page.getByLabel(/address/i).fill(`nobody-${randomUUID().slice(0, 8)}@nowhere.example`);
  await page
    .getByRole("button", { name: /code|sign in/i })
    .first()
    .click();
  await page.waitForURL(/\/sign-in\/code/);
}
