import { test as base, type MatrixTest, matrix } from "./access-matrix/matrix";
import { startWithoutProxy } from "./access-matrix/without-proxy";
import { expect } from "./fixtures/test";

/** S1: nobody is kept out by proxy.ts: the same matrix, against the same build and rows with the proxy taken out. */
const test = base.extend<object, { bare: string }>({
  bare: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern
    async ({}, use) => {
      const web = await startWithoutProxy();
      await use(web.origin);
      await web.stop();
    },
    { scope: "worker", timeout: 60_000 },
  ],
  baseURL: async ({ bare }, use) => use(bare),
});

matrix("S1 S19 without the proxy:", test as unknown as MatrixTest);

test("S1 without the proxy: it is really gone", async ({ request, bare }) => {
  const [with_, without] = await Promise.all(
    [String(process.env.E2E_ORIGIN), bare].map(async (origin) => (await request.get(`${origin}/contact`)).headers()),
  );
  for (const name of ["content-security-policy", "x-request-id"]) {
    expect([with_?.[name] === undefined, without?.[name] === undefined], name).toEqual([false, true]);
  }
  // What next.config.ts sets is there all the same: it is this app that answers.
  expect(without?.["x-frame-options"]).toBe("DENY");
});
