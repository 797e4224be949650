import { randomUUID } from "node:crypto";
import type { BrowserContext, Page } from "@playwright/test";
import { submitPlainRequest } from "@/lib/cases/submit-plain-request";
import type { Ctx } from "@/lib/context";
import { signInAs } from "../fixtures/sign-in";

export type ArrangedCase = { caseId: string; reference: string; email: string; message: string };

/**
 * A request by a person of this test's own, received some hours ago, through the real use case. The
 * person's browser is `context`; it stays signed in as them.
 */
export async function arrangeCase(
  context: BrowserContext,
  email: string,
  { hoursAgo = 1, kind = "correction" }: { hoursAgo?: number; kind?: "correction" | "objection" } = {},
): Promise<ArrangedCase> {
  const { personId, sessionId } = await signInAs(context, email);
  const at = Temporal.Now.instant().subtract({ minutes: Math.round(hoursAgo * 60) });
  const ctx: Ctx = {
    actor: { kind: "holder", personId, sessionId, steppedUpAt: at, freshUntil: null },
    requestId: randomUUID(),
    clock: () => at,
  };
  const message = `Please put this right: ${randomUUID()}`;
  const made = await submitPlainRequest(ctx, { kind, message, idempotencyKey: randomUUID() });
  if (!made.ok) throw new Error(made.reason);
  return { ...made.value, email, message };
}

/** Waits until React has taken over the page's forms: what is typed into a text area before that, it resets. */
export async function alive(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const field = document.querySelector("main textarea");
    return field !== null && Object.keys(field).some((key) => key.startsWith("__reactProps"));
  });
}

/** Starts a draft from what is announced, by the desk's own page. @returns its number; the page shows it */
export async function startDraft(page: Page): Promise<number> {
  await page.goto("/admin/policies/new");
  await page.getByRole("button", { name: "Start the draft" }).click();
  await page.waitForURL(/\/admin\/policies\/\d+$/);
  await alive(page);
  return Number(new URL(page.url()).pathname.split("/").at(-1));
}

/** Opens a case; one that is closed or another's by now, with a reason on the page that stands in its place. */
export async function openWithReason(page: Page, reference: string): Promise<void> {
  await page.goto(`/admin/cases/${reference}`);
  await page.getByRole("heading", { level: 1 }).waitFor();
  const reason = page.getByRole("button", { name: "A check of how it was answered" });
  if (await reason.isVisible()) await reason.click();
}
