import type { Browser, Page } from "@playwright/test";
import type { Mailbox } from "../fixtures/mailbox";
import type { PlatformAccount } from "../fixtures/person";
import { signInAs, signInAsStaff } from "../fixtures/sign-in";
import { expect, test } from "../fixtures/test";

/** Every right of the policy, from every way in that needs no account: each ends in what was asked for, not in a case about it. */
const rights = ["access", "portability", "correction", "deletion", "objection", "restriction"] as const;
type Right = (typeof rights)[number];
type Asked = { page: Page; browser: Browser; mailbox: Mailbox; robin: PlatformAccount; right: Right };

const words = "My name is written wrong, and I have something to ask beside.";
const limits = (right: Right) => right === "objection" || right === "restriction";

/** In a form that asks what should stop. */
async function tickUses(page: Page, right: Right): Promise<void> {
  if (!limits(right)) return;
  await page.getByLabel(/^Improvement and analytics/).check();
  if (right === "restriction") await page.getByLabel(/^Because/).selectOption({ index: 1 });
}

/** An agent of the desk, in a browser of their own. */
async function atDesk(browser: Browser, path: string): Promise<Page> {
  const context = await browser.newContext({ javaScriptEnabled: false });
  await signInAsStaff(context, "agent");
  const desk = await context.newPage();
  await desk.goto(path);
  return desk;
}

/** Each ends with the mail to the address on file that carries the link. */
const ways = {
  "the public form": async ({ page, robin, right }: Asked) => {
    await page.goto("/requests/new");
    await page.getByLabel("What do you ask for?").selectOption(right);
    await tickUses(page, right);
    await page.getByLabel("Your email address").fill(robin.email);
    await page.getByLabel("In your words").fill(words);
    await page.getByRole("button", { name: "Send the request" }).click();
    await expect(page.getByText("We have your request")).toBeVisible();
  },
  "an agent": async ({ page, robin, right }: Asked) => {
    await page.goto("/requests/new?for=other");
    await page.getByLabel("What do you ask for?").selectOption(right);
    await tickUses(page, right);
    await page.getByLabel("Their email address").fill(robin.email);
    await page.getByLabel("Your name").fill("Alex Agent");
    await page.getByLabel("Your email address").fill(`alex-${crypto.randomUUID().slice(0, 8)}@agents.example`);
    await page.getByLabel("In your words").fill(words);
    await page.getByRole("button", { name: "Send the request" }).click();
    await expect(page.getByText("the person is asked for their permission")).toBeVisible();
  },
  "a letter that staff write down": async ({ browser, robin, right }: Asked) => {
    const desk = await atDesk(browser, "/admin/cases/new");
    await desk.getByLabel("What is asked for").selectOption(right);
    await tickUses(desk, right);
    await desk.getByLabel("How it came").selectOption("letter");
    await desk.getByLabel("Email address").fill(robin.email);
    await desk.getByLabel("What they asked, in their words").fill(words);
    await desk.getByRole("button", { name: "Open the case" }).click();
    await desk.waitForURL(/\/admin\/cases\/[0-9a-f-]{36}$/);
    await desk.context().close();
  },
  "a mail to the privacy address": async ({ page, browser, mailbox, robin, right }: Asked) => {
    await page.goto("/dev/mailbox/write");
    await page.getByLabel("From").fill(`Robin <${robin.email}>`);
    await page.getByLabel("Text", { exact: true }).fill(words);
    await page.getByRole("button", { name: "Send the mail" }).click();
    const { subject } = await mailbox.latest(robin.email, /Privacy Policy Inquiry received/);
    const desk = await atDesk(browser, `/admin/cases/${/PR-[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(subject)?.[0]}`);
    const asRight = desk.locator("#right");
    await asRight.locator("summary").click();
    await asRight.getByLabel("What it asks for").selectOption(right);
    await asRight.getByRole("button", { name: "Take it as that" }).click();
    if (limits(right)) {
      await asRight.locator("summary", { hasText: "Write down what stops" }).click();
      await tickUses(desk, right);
      await asRight.getByRole("button", { name: "Write it down" }).click();
      await expect(asRight.getByText("To stop once they used the link")).toBeVisible();
    }
    await desk.context().close();
  },
};

type Ended = Asked & {
  ask: (purpose: string) => Promise<{ allowed: boolean; reason: string }>;
  name: () => Promise<string>;
};

/** What the person has of it in the end. */
const ends: Record<Right, (asked: Ended) => Promise<unknown>> = {
  access: ({ mailbox, robin }) => mailbox.latest(robin.email, /(copy|package|file).*ready|ready.*(copy|package|file)/i),
  portability: ({ mailbox, robin }) =>
    mailbox.latest(robin.email, /(copy|package|file).*ready|ready.*(copy|package|file)/i),
  correction: async ({ page, robin, name }) => {
    await signInAs(page.context(), robin.email);
    await page.getByRole("link", { name: "Sign in and pick what is wrong" }).click();
    await page.getByRole("checkbox", { name: /^Full name/ }).check();
    await page.getByRole("button", { name: "Go on with what is ticked" }).click();
    await page.getByLabel("How it should be").fill("Robin Ó Corráin");
    await page.getByRole("button", { name: "See old and new" }).click();
    await page.getByRole("button", { name: "Ask for the correction" }).click();
    await expect.poll(name).toBe("Robin Ó Corráin");
  },
  deletion: async ({ page, mailbox, robin }) => {
    await page.getByLabel("Type your address to confirm").fill(robin.email);
    await page.getByRole("button", { name: "Plan the deletion" }).click();
    await expect(page.getByText("The deletion is planned", { exact: true })).toBeVisible();
    (await mailbox.latest(robin.email, /deletion/i)).link("/account/deletion/cancel");
  },
  objection: async ({ ask }) => {
    expect(await ask("improvement")).toMatchObject({ allowed: false, reason: "objection" });
    expect(await ask("communication")).toMatchObject({ allowed: true });
  },
  restriction: async ({ ask }) => {
    expect(await ask("improvement")).toMatchObject({ allowed: false, reason: "restriction" });
    expect(await ask("communication")).toMatchObject({ allowed: true });
  },
};

test.describe("without JavaScript and without an account", () => {
  test.use({ javaScriptEnabled: false });

  for (const [way, askBy] of Object.entries(ways))
    for (const right of rights)
      test(`${right} by ${way}`, async ({ page, browser, person, mailbox, platform, request }) => {
        const robin = await person({ role: "technician" });
        const asked: Asked = { page, browser, mailbox, robin, right };
        await askBy(asked);
        const mail = await mailbox.latest(robin.email, /Please confirm your request|Somebody asks us in your name/);
        await page.goto(mail.link("/requests/confirm"));
        await page.getByRole("button", { name: /^(Yes, this was me|Sign the permission)$/ }).click();
        await page.waitForURL("/requests/status");
        await ends[right]({
          ...asked,
          ask: async (purpose) => {
            const headers = { authorization: `Bearer ${process.env.PLATFORM_API_KEY}` };
            return (await request.get(`/api/v1/processing/${robin.userId}?purpose=${purpose}`, { headers })).json();
          },
          name: async () => (await platform`select full_name from users where id = ${robin.userId}`)[0]?.full_name,
        });
      });
});
