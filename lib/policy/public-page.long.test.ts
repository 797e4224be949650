import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { testDatabase } from "@/test/database";
import { makeNotice } from "@/test/notices";
import { visitorCtx } from "../context";
import { publicPage, renderHeader, withoutScripts } from "./public-page";
import { inForce } from "./queries";

const database = testDatabase();
/** Stands where Next.js renders: says how often it was asked, by what, and which version was in force. */
const asked: IncomingMessage[] = [];
let status = 200;
let inForceToo = false;
const renderer = createServer(async (request, response) => {
  const place = asked.push(request);
  const version = inForceToo ? ` in force: ${(await inForce(visitorCtx()))?.number ?? "none"}` : "";
  if (inForceToo) await sleep(40);
  response.writeHead(status).end(`<p>${request.url} ${request.headers.cookie ?? "plain"} ${place}${version}</p>`);
});
const { PORT } = process.env;

beforeAll(async () => {
  await new Promise<void>((done) => renderer.listen(0, "127.0.0.1", done));
  // Opening the pool is no part of what is timed below.
  await inForce(visitorCtx());
  process.env.PORT = String((renderer.address() as AddressInfo).port);
});
afterAll(() => {
  renderer.close();
  if (PORT === undefined) delete process.env.PORT;
  else process.env.PORT = PORT;
});
beforeEach(() => {
  asked.length = 0;
  status = 200;
  inForceToo = false;
});

describe("publicPage", () => {
  test("renders once for all who come at the same time, and anew after a second", async () => {
    const first = await Promise.all([1, 2, 3].map(() => publicPage("/privacy", undefined)));
    expect(first).toEqual(Array(3).fill("<p>/privacy plain 1</p>"));
    expect(asked[0]?.headers[renderHeader]).toBe("1");
    await sleep(1050);
    expect(await publicPage("/privacy", undefined)).toBe("<p>/privacy plain 2</p>");
  });

  test("nobody who asks after a version took effect gets what was rendered before", async () => {
    inForceToo = true;
    const { sql } = database;
    const effectiveAt = Temporal.Now.instant().add({ milliseconds: 2500 });
    const { number } = await makeNotice({ announcedAt: effectiveAt.subtract({ hours: 24 * 40 }), effectiveAt });
    // The gate is open from the announced time on.
    await sql`update notices set gate_opens_at = ${effectiveAt.toString()}`;
    const answers: { early: boolean; late: boolean; html: string | null }[] = [];
    const passed = async () =>
      (await sql`select clock_timestamp() >= ${effectiveAt.toString()}::timestamptz as passed`)[0]?.passed === true;
    for (let more = 6; more > 0; ) {
      const late = await passed();
      const html = await publicPage("/privacy/versions/100", undefined);
      answers.push({ early: !(await passed()), late, html });
      if (late) more--;
    }
    for (const { early, late, html } of answers) {
      if (early) expect(html).toContain("in force: none");
      if (late) expect(html).toContain(`in force: ${number}<`);
    }
    expect(answers.filter(({ early }) => early).length).toBeGreaterThan(3);
    // Kept all the same: not one rendering for each who asked.
    expect(asked.length).toBeLessThan(answers.length / 2);
  });

  test("keeps the colours apart", async () => {
    expect(await publicPage("/privacy/versions", "dark")).toContain("theme=dark");
    expect(await publicPage("/privacy/versions", "light")).toContain("theme=light");
    expect(await publicPage("/privacy/versions", undefined)).toContain("plain");
  });

  test("S1 keeps nothing but the home page and pages of the policy, and no refusal", async () => {
    for (const path of [
      "/contact",
      "/account",
      "/admin",
      "/privacy/",
      "/privacy/changes/1/2",
      "/privacy/versions/../../account",
    ])
      expect(await publicPage(path, undefined), path).toBeNull();
    expect(asked).toHaveLength(0);
    status = 404;
    expect(await publicPage("/privacy/versions/9", undefined)).toBeNull();
    status = 200;
    expect(await publicPage("/privacy/versions/9", undefined)).toContain("/privacy/versions/9");
    expect(await publicPage("/", undefined)).toContain("<p>/ plain");
  });
});

test("withoutScripts takes out scripts and what loads them, and nothing of the text", () => {
  const text = '<link rel="stylesheet" href="/a.css"/><p>1 &lt;script&gt; 2</p>';
  const scripts = `<link rel="preload" as="script" href="/a.js"/><script src="/a.js" async=""></script><script>f("<p>\n")</script>`;
  expect(withoutScripts(scripts + text + scripts)).toBe(text);
});
