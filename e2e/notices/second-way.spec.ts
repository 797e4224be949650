import { systemCtx } from "@/lib/context";
import { withTransaction } from "@/lib/db/transaction";
import { enqueue } from "@/lib/jobs/queue";
import { makeNotice } from "@/test/notices";
import { signInAs, signInAsStaff } from "../fixtures/sign-in";
import { expect, expectAccessible, test } from "../fixtures/test";

const farAway = () => Temporal.Now.instant().add({ hours: 24 * 500 });
const ctx = systemCtx("journey");
/** What the worker does each minute, now. */
const tend = () => withTransaction(ctx, (tx) => enqueue(tx, "notice.tend", {}));

test("change.notice: whom the mail did not reach is told in a second way, a failed mail is tried again, and a withdrawal takes the same ways", async ({
  browser,
  page,
  context,
  person,
  mailbox,
  sql,
  platform,
}) => {
  test.slow();
  const [failed, bounced, gone] = [await person(), await person(), await person()];
  // Other journeys may begin a draft from what is announced, so its text has to be a policy.
  const [newest] = await sql<{ markdown: string }[]>`select markdown from policy_versions where number = 2`;
  const markdown = String(newest?.markdown);
  const { noticeId, number } = await makeNotice({ effectiveAt: farAway(), markdown });
  await sql`update notices set canary_at = now() where id = ${noticeId}`;
  await withTransaction(ctx, (tx) => enqueue(tx, "notice.freeze", { noticeId }));
  for (const { email } of [failed, bounced, gone]) await mailbox.latest(email, /privacy policy changes/);
  // What the mail service would report of the three; the last one's account was closed since.
  const report = (userId: string, state: string, failure: string) => sql`
    update notice_recipients set state = ${state}, failure = ${failure}, failed_at = now(), delivered_at = null
    where notice_id = ${noticeId} and platform_user_id = ${userId}`;
  await report(failed.userId, "failed", "service");
  await report(bounced.userId, "bounced", "bounced");
  await report(gone.userId, "bounced", "bounced");
  await platform`update users set closed_at = now() where id = ${gone.userId}`;

  await signInAsStaff(context, "officer");
  await page.goto(`/admin/notices/${noticeId}`);
  await page.getByRole("button", { name: /Try .* again/ }).click();
  await expect.poll(async () => (await mailbox.all(failed.email)).length).toBe(2);
  await tend();
  const messages = (userId: string) => platform<{ title: string; body: string; link: string }[]>`
    select title, body, link from notifications where user_id = ${userId} order by created_at`;
  await expect.poll(async () => (await messages(bounced.userId)).length).toBe(1);
  expect((await messages(bounced.userId))[0]).toMatchObject({
    title: expect.stringContaining("Our privacy policy changes on"),
    link: expect.stringMatching(new RegExp(`/privacy/versions/${number}$`)),
  });
  const told = page.locator("#second-way");
  // A notice goes to everybody on the platform, and other journeys make people too.
  const some = /^[1-9]\d*$/;
  const fact = (term: string) =>
    told
      .locator("dl > div")
      .filter({ has: page.locator("dt", { hasText: term }) })
      .locator("dd");
  await expect(async () => {
    await page.reload();
    await expect(fact("Told by a message on the platform")).toHaveText(some, { timeout: 1000 });
    await expect(told.getByText(gone.email)).toBeVisible({ timeout: 1000 });
  }).toPass({ timeout: 40_000 });
  await expectAccessible(page);
  const task = told.getByRole("listitem").filter({ hasText: gone.email });
  await task.locator("summary", { hasText: "I told them" }).click();
  await task.getByLabel("How and when they were told").fill("By registered letter, RX 12 345, today.");
  await task.getByRole("button", { name: "Record it" }).click();
  await expect(task).toHaveCount(0);
  await expect(fact("Told by staff in another way")).toHaveText(some);

  await page.goto(`/admin/policies/${number}`);
  await page.getByText("Withdraw this version").click();
  await page.getByLabel("Why, in a sentence that everybody reads").fill("It was only a test.");
  await page.getByRole("button", { name: `Withdraw version ${number}` }).click();
  await expect(page.getByText("Withdrawn", { exact: true })).toBeVisible();
  await mailbox.latest(failed.email, /^Withdrawn: /);
  await tend();
  await expect
    .poll(async () => (await messages(bounced.userId)).map(({ title }) => title))
    .toContainEqual(expect.stringMatching(/^Withdrawn: our privacy policy does not change on /));
  expect((await mailbox.all(bounced.email)).filter(({ subject }) => subject.startsWith("Withdrawn"))).toHaveLength(0);

  const theirs = await browser.newContext();
  await signInAs(theirs, bounced.email);
  const timeline = await theirs.newPage();
  const withdrawn = `We left you a message on the platform about the withdrawal of version ${number}`;
  await expect(async () => {
    await timeline.goto("/account/timeline");
    await expect(timeline.getByText(withdrawn)).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: 20_000 });
  await expect(timeline.getByText(`We left you a message on the platform about version ${number}`)).toBeVisible();
  await theirs.close();
});
