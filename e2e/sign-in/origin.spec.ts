import { randomUUID } from "node:crypto";
import { keyedHash } from "@/lib/crypto/hash";
import { expect, test } from "../fixtures/test";

test.use({ javaScriptEnabled: false });

test("S3 a form sent from another site, from nowhere or through a forged proxy header does nothing", async ({
  page,
  request,
  sql,
  baseURL,
}) => {
  await page.goto("/sign-in");
  const hidden = await page
    .getByRole("main")
    .locator("form")
    .first()
    .locator("input[type=hidden]")
    .evaluateAll((inputs) => inputs.map((input) => [input.getAttribute("name"), input.getAttribute("value")]));
  const fields = Object.fromEntries(hidden.map(([name, value]) => [String(name), String(value ?? "")]));
  const send = async (headers: Record<string, string>) => {
    const email = `origin-${randomUUID().slice(0, 8)}@journey.example`;
    await request.post("/sign-in", { multipart: { ...fields, email }, headers, maxRedirects: 0 });
    const rows = await sql`select 1 from challenges where address_hash = ${keyedHash("address", email)}`;
    return rows.length;
  };
  expect(await send({ origin: String(baseURL) }), "our own page").toBe(1);
  expect(await send({ origin: "https://evil.example" }), "a foreign origin").toBe(0);
  expect(await send({ origin: "null" }), "a null origin").toBe(0);
  expect(await send({}), "no origin").toBe(0);
  const forged = { origin: "https://evil.example", "x-forwarded-host": "evil.example" };
  expect(await send(forged), "a forged proxy header").toBe(0);
});
