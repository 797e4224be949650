import { randomUUID } from "node:crypto";
import { Webhook } from "standardwebhooks";
import { signInAs } from "../fixtures/sign-in";
import { expect, test } from "../fixtures/test";

test("change.acceptance: the first use after a version took effect is noted once, and stands on the timeline", async ({
  page,
  context,
  person,
  sql,
}) => {
  const robin = await person();
  await signInAs(context, robin.email);
  const noted = () => sql`select via, sha256 from acknowledgements where subject = ${robin.userId}`;
  await page.goto("/account");
  await expect.poll(async () => (await noted()).length).toBe(1);
  await page.goto("/account/notices");
  await page.goto("/account/timeline");
  await expect(
    page.getByRole("link", { name: /first time after version 1 of the privacy policy took effect/ }),
  ).toBeVisible();
  const [row, ...more] = await noted();
  expect(more).toEqual([]);
  const [version] = await sql`select sha256 from policy_versions where number = 1`;
  expect(row).toEqual({ via: "app", sha256: version?.sha256 });
});

test("W1 the platform reports first uses with a signature; without one it is refused in words", async ({
  person,
  request,
  sql,
}) => {
  const robin = await person();
  const [version] = await sql`select number, sha256 from policy_versions where number = 1`;
  const at = new Date(Date.now() - 3_600_000).toISOString();
  const body = JSON.stringify({
    acknowledgements: [
      { platform_user_id: robin.userId, version: version?.number, sha256: version?.sha256, at },
      { platform_user_id: robin.userId, version: 999_999, sha256: version?.sha256, at },
    ],
  });
  const id = `msg_${randomUUID()}`;
  const now = new Date();
  const headers = {
    "content-type": "application/json",
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(now.getTime() / 1000)),
    "webhook-signature": new Webhook(String(process.env.PLATFORM_WEBHOOK_SECRET)).sign(id, now, body),
  };
  const report = (more: Record<string, string> = {}) =>
    request.post("/api/v1/acknowledgements", { headers: { ...headers, ...more }, data: Buffer.from(body) });
  const refused = await report({ "webhook-signature": "v1,AAAA" });
  expect(refused.status()).toBe(401);
  expect(refused.headers()["content-type"]).toContain("application/problem+json");
  expect(await (await report()).json()).toEqual({
    recorded: 1,
    known: 0,
    refused: [{ index: 1, code: "unknown-version" }],
  });
  expect(await (await report()).json()).toMatchObject({ replayed: true, recorded: 0 });
  const [row] = await sql`select via, at from acknowledgements where subject = ${robin.userId}`;
  expect(row).toMatchObject({ via: "platform", at: new Date(at) });
});
