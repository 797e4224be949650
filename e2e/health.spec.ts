import { expect, test } from "./fixtures/test";

test("health: live and ready tell no values", async ({ request }) => {
  const live = await request.get("/api/health/live");
  expect(live.status()).toBe(200);
  const ready = await request.get("/api/health/ready");
  expect(ready.status()).toBe(200);
  const { status, checks, desk } = await ready.json();
  expect(status).toBe("ready");
  expect(Object.keys(checks)).toEqual(["database", "migrations", "queue", "worker", "storage", "erasures"]);
  // Counts of what waits for people, which take no replica out of service.
  expect(Object.values(desk).every((count) => typeof count === "number")).toBe(true);
  expect(Object.keys(desk)).toEqual(["overdue", "deadLetters"]);
  expect(JSON.stringify(checks)).not.toMatch(/postgres:|password|secret|\/tmp|@/i);
});

test("S5 the request id of a caller is not taken over", async ({ request }) => {
  const answer = await request.get("/privacy", { headers: { "x-request-id": "mine" } });
  expect(answer.headers()["x-request-id"]).toMatch(/^[0-9a-f-]{36}$/);
});
