import { systemCtx } from "@/lib/context";
import { runSweep } from "@/lib/retention/run-sweep";
import { sweepOwn } from "@/lib/retention/sweep-own";
import { signInAs, signInAsStaff } from "../fixtures/sign-in";
import { expect, test } from "../fixtures/test";

// The demo's rows are young: a sweep deletes little and shows that it looked.

test.describe.configure({ mode: "serial" });

test("everybody sees whether what is over its time was deleted, and the policy's promises open it", async ({
  page,
}) => {
  // Another journey may hold a table locked for a moment; the next try goes on.
  await expect(async () => {
    await runSweep(systemCtx("journey"), { watch: false });
  }).toPass({ timeout: 60_000 });
  await sweepOwn(systemCtx("journey"));
  await page.goto("/privacy");
  await page.getByRole("button", { name: /How long we keep usage logs/ }).click();
  await page.getByRole("link", { name: "Every period, and whether it was kept" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "How long we keep data" })).toBeVisible();
  const usage = page.getByRole("row", { name: /Usage logs/ });
  await expect(usage).toContainText("2 years after creation");
  await expect(usage).toContainText("On time");
  await expect(usage).toContainText(/\d+ deleted, \d+ on hold, \d+ waiting/);
  await expect(page.getByRole("row", { name: /Requests and questions/ })).toContainText(
    "24 months after the case was closed",
  );
});

test("a person sees what is kept of theirs, by which rule and until when", async ({ page, context }) => {
  await signInAs(context, "ada.winter@lumen-lifts.example");
  await page.goto("/account");
  await page.getByRole("link", { name: "What we keep and until when" }).click();
  const usage = page.getByRole("row", { name: /Use of the platform/ });
  await expect(usage).toContainText("2 years after creation");
  await expect(usage).toContainText(/the oldest until \d+ \w+ 20\d\d/);
  const account = page.getByRole("row", { name: /^Account / });
  await expect(account).toContainText("90 days after account closure");
  await expect(account).toContainText("while your account is open");
});

test("a planted row that outlived its time stands on the queue, where staff look first, and on the public page", async ({
  page,
  context,
  sql,
}) => {
  const late = (by: string) =>
    sql`update retention_canaries set due_at = due_at + ${by}::interval, since = since + ${by}::interval where rule = 'usage'`;
  await signInAsStaff(context, "agent");
  await page.goto("/admin");
  await expect(page.getByText("Not deleted on time")).toHaveCount(0);
  await late("-43 hours");
  try {
    await page.goto("/admin");
    await expect(
      page.getByText("Usage logs: A row that we planted to be deleted on time is still there."),
    ).toBeVisible();
    await page.getByRole("link", { name: "What the last sweeps did" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Retention" })).toBeVisible();
    await page.goto("/privacy/retention");
    await expect(page.getByRole("row", { name: /Usage logs/ })).toContainText("Late");
  } finally {
    await late("43 hours");
  }
});

test("staff count what is due without deleting, and an auditor only looks", async ({ page, context }) => {
  await signInAsStaff(context, "agent");
  await page.goto("/admin/retention");
  await expect(page.getByText(/^Next sweep/)).toContainText("UTC");
  const section = page.locator("#usage");
  await section.getByText("The numbers").click();
  await expect(section.getByRole("row", { name: /over the time/ })).toBeVisible();
  await page.getByRole("button", { name: "Count what is due now" }).click();
  await expect(page.getByRole("status").filter({ hasText: "being counted" })).toBeVisible();
  await expect(async () => {
    await page.reload();
    await expect(page.getByRole("table", { name: "What a sweep would do" })).toBeVisible({ timeout: 1000 });
  }).toPass({ timeout: 30_000 });
  await context.clearCookies();
  await signInAsStaff(context, "auditor");
  await page.goto("/admin/retention");
  await expect(page.getByRole("heading", { level: 1, name: "Retention" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Count what is due now" })).toHaveCount(0);
});
