import { createHash } from "node:crypto";
import { expect, test } from "../fixtures/test";

test("W5 the policy is there for programs: source, JSON, feeds, and the version of a day", async ({ request }) => {
  const source = await request.get("/privacy.md");
  expect(source.headers()["content-type"]).toBe("text/markdown; charset=utf-8");
  const hash = createHash("sha256")
    .update(await source.body())
    .digest("hex");

  const policy = await (await request.get("/privacy.json")).json();
  expect(policy.sha256).toBe(hash);
  expect(policy.promises).toHaveLength(38);
  const again = await request.get(new URL(policy.source).pathname);
  expect(await again.body()).toEqual(await source.body());
  const tag = again.headers().etag ?? "";
  expect((await request.get("/privacy.md", { headers: { "if-none-match": tag } })).status()).toBe(304);
  expect((await request.get("/privacy/versions/987654.md")).status()).toBe(404);

  const feed = await (await request.get("/privacy/feed.json")).json();
  expect(feed.items.length).toBeGreaterThanOrEqual(2);
  for (const { url } of feed.items) expect((await request.get(new URL(url).pathname)).ok(), url).toBe(true);
  const atom = await request.get("/privacy/feed.xml");
  expect(atom.headers()["content-type"]).toBe("application/atom+xml; charset=utf-8");
  for (const { id } of feed.items) expect(await atom.text()).toContain(`<id>${id}</id>`);

  const onDay = await request.get("/privacy/on/2025-06-01", { maxRedirects: 0 });
  expect([onDay.status(), onDay.headers().location]).toEqual([307, "/privacy/versions/1"]);
  expect((await request.get("/privacy/on/2025-05-27")).status()).toBe(404);
  for (const nonsense of ["yesterday", "2025-02-30", "2025-06-01'--"]) {
    const answer = await request.get(`/privacy/on/${encodeURIComponent(nonsense)}`);
    expect(answer.status(), nonsense).toBe(400);
    expect((await answer.json()).detail).toContain("YYYY-MM-DD");
  }
});
