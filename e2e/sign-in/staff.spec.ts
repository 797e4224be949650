import { randomUUID } from "node:crypto";
import type { Page } from "@playwright/test";
import { inviteStaff } from "@/lib/auth/invite-staff";
import { systemCtx } from "@/lib/context";
import { signInAs, signInAsStaff } from "../fixtures/sign-in";
import { expect, expectAccessible, test } from "../fixtures/test";
import { SignInPage } from "./sign-in-page";

/** A passkey in the browser's own test authenticator. */
async function giveAuthenticator(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("WebAuthn.enable");
  await devtools.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
}

async function signInByMail(
  page: Page,
  address: string,
  mailbox: {
    latest: (a: string, s: RegExp, n?: number) => Promise<{ code: () => string }>;
    all: (a: string) => Promise<{ subject: string }[]>;
  },
) {
  const before = (await mailbox.all(address)).filter((mail) => /your code/i.test(mail.subject)).length;
  const signIn = new SignInPage(page);
  await signIn.ask(address);
  await signIn.type((await mailbox.latest(address, /your code/i, before)).code());
}

test("S13 invitation, mail, passkey: then the desk opens; later mail alone does not", async ({
  page,
  mailbox,
  baseURL,
}) => {
  const address = `officer-${randomUUID().slice(0, 8)}@operno.example`;
  const made = await inviteStaff(systemCtx("journey"), { address, name: "Olu Officer", role: "officer" });
  if (!made.ok) throw new Error(made.reason);
  await giveAuthenticator(page);
  await page.goto(`/staff/enrol?token=${made.value.token}`);
  await expectAccessible(page);
  await page.getByRole("button", { name: "Accept the invitation" }).click();
  await expect(page).toHaveURL(`${baseURL}/staff/enrol`);
  await page.getByRole("main").getByRole("link", { name: "Sign in" }).click();
  await signInByMail(page, address, mailbox);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Add your passkey");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await expect(page).toHaveURL(/\/admin$/);
  await mailbox.latest(address, /passkey was added/i);

  // A later session: the mail alone leads to the passkey, and only that to the desk.
  await page.context().clearCookies();
  await page.goto("/admin");
  await signInByMail(page, address, mailbox);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Show your passkey");
  await expectAccessible(page);
  await page.goto("/admin");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Show your passkey");
  await page.getByRole("button", { name: "Use your passkey" }).click();
  await expect(page).toHaveURL(/\/admin$/);
  await expect(page.getByRole("heading", { level: 1 })).not.toHaveText("Show your passkey");

  // The invitation is used up.
  await page.context().clearCookies();
  await page.goto(`/staff/enrol?token=${made.value.token}`);
  await page.getByRole("button", { name: "Accept the invitation" }).click();
  await signInAs(page.context(), address);
  await page.goto("/staff/enrol");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("No invitation here");
});

test("S13 S14 one of two passkeys is removed with a fresh proof, told by mail; the last one stays", async ({
  page,
  mailbox,
  sql,
}) => {
  const { email, staffId, sessionId } = await signInAsStaff(page.context(), "auditor");
  await sql`delete from passkeys where staff_id = ${staffId}`;
  for (const label of ["Safari on iPhone", "Firefox on Linux"])
    await sql`insert into passkeys (credential_id, staff_id, public_key, label)
              values (${randomUUID()}, ${staffId}, ${Buffer.from("invented")}, ${label})`;
  await page.goto("/admin");
  await page.getByRole("link", { name: /your passkeys/ }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Your passkeys");
  const lost = page.getByRole("listitem").filter({ hasText: "Safari on iPhone" });
  await lost.getByText("Remove", { exact: false }).first().click();
  await expectAccessible(page);

  await sql`update sessions set stepped_up_at = now() - interval '6 minutes' where id = ${sessionId}`;
  await lost.getByRole("button", { name: "Remove this passkey" }).click();
  await expect(lost.getByRole("link", { name: "Confirm in a new tab" })).toBeVisible();
  await sql`update sessions set stepped_up_at = now() where id = ${sessionId}`;
  await lost.getByRole("button", { name: "Remove this passkey" }).click();
  await expect(page.getByText("Your only passkey cannot be removed.")).toBeVisible();
  await expect(page.getByRole("listitem").filter({ hasText: "Firefox on Linux" })).toBeVisible();
  await expect(lost).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Remove this passkey" })).toHaveCount(0);
  const mail = await mailbox.latest(email, /passkey of yours was removed/i);
  expect(mail.text).toContain("Safari on iPhone");
  await expectAccessible(page);
});

test("S13 the passkey is shown again for a step-up", async ({ page }) => {
  await signInAsStaff(page.context(), "officer", { steppedUpAt: null });
  await page.goto("/step-up?next=/admin");
  await expect(page.getByRole("button", { name: "Use your passkey" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Mail me a code" })).toHaveCount(0);
  await expectAccessible(page);
});

test.describe("what is not there", () => {
  test.use({ allowedFaults: /404/ });

  test("S13 the desk is not there for a holder", async ({ page, person }) => {
    const robin = await person();
    await signInAs(page.context(), robin.email);
    const answer = await page.goto("/admin");
    expect(answer?.status()).toBe(404);
    expect((await page.goto("/staff/verify"))?.status()).toBe(404);
  });
});

test("S9 a disabled member of staff is out at the next request", async ({ page, sql }) => {
  const { staffId } = await signInAsStaff(page.context(), "agent");
  expect((await page.goto("/admin"))?.status()).toBe(200);
  await sql`update staff set disabled_at = now() where id = ${staffId}`;
  await page.reload();
  await expect(page).toHaveURL(/\/sign-in/);
});
