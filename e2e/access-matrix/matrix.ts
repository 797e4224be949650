import { randomUUID } from "node:crypto";
import type { APIResponse } from "@playwright/test";
import { test as base, expect } from "../fixtures/test";
import { type ActorName, actors, type Cast, makeCast, staff } from "./actors";
import { asIs, callAction } from "./call-action";
import { builtActions, builtRoutes, hasBuild } from "./manifest";
import { outcomeOf, wordsOf } from "./outcome";
import { makeRows, type Rows, type Which } from "./rows";
import { actions, routes } from "./table";

/** Who asks, and whose rows there are. */
const matrixTest = base.extend<object, { cast: Cast; rows: Rows }>({
  cast: [async ({ sql }, use) => use(await makeCast(sql)), { scope: "worker" }],
  rows: [async ({ sql, cast }, use) => use(await makeRows(sql, cast)), { scope: "worker" }],
});

export type MatrixTest = typeof matrixTest;
export { matrixTest as test };

const pages = hasBuild ? builtRoutes() : [];
const built = hasBuild ? builtActions() : [];
const kinds: readonly Which[] = ["own", "foreign", "missing"];

/** The table names what the build has. */
export function expectComplete(): void {
  expect(Object.keys(routes).sort()).toEqual(pages);
  expect(Object.keys(actions).sort()).toEqual(built.map(({ name }) => name));
}

/**
 * S19: every page, route handler and action of the build x who asks x whose row it is, against `baseURL`.
 * @param ids the acceptance ids that stand in the tests' names
 * @param who of all who may ask
 */
export function matrix(ids: string, test: MatrixTest, who: readonly ActorName[] = actors): void {
  test.skip(Boolean(process.env.E2E_BASE_URL) || !hasBuild, "reads the manifests of the build that is served");

  for (const pattern of pages) {
    const entry = routes[pattern];
    if (!entry) continue;
    test(`${ids} ${pattern}`, async ({ request, cast, rows, baseURL }) => {
      const expected: Record<string, string> = {};
      const got: Record<string, string> = {};
      const words: Partial<Record<`${ActorName} ${Which}`, string>> = {};
      for (const actor of who) {
        const cookie = await cast.cookieOf(actor);
        for (const which of entry.at ? kinds : (["own"] as const)) {
          const cell = `${actor} ${which}` as const;
          const address = entry.at?.(rows[which], which) ?? pattern;
          const answer = await request.fetch(address, {
            method: entry.method ?? "GET",
            // As one of the site's own pages sends it; whoever else does is refused before anything is looked at (S3).
            headers: {
              ...{ ...asIs, cookie },
              ...(entry.method && pattern.startsWith("/admin/") ? { origin: String(baseURL) } : {}),
            },
            maxRedirects: 0,
          });
          expected[cell] = entry.rule(actor, which);
          got[cell] = await outcomeOf(answer);
          words[cell] = await wordsOf(answer);
          await expectPrivate(answer, pattern, actor, cast);
        }
        if (expected[`${actor} foreign`] === "missing" && expected[`${actor} missing`] === "missing") {
          expect(words[`${actor} foreign`], `${actor}: a foreign row looks like a missing one`).toBe(
            words[`${actor} missing`],
          );
        }
      }
      expect(got).toEqual(expected);
    });
  }

  for (const action of built) {
    const entry = actions[action.name];
    if (!entry) continue;
    test(`${ids} ${action.name}`, async ({ request, cast, rows, baseURL }) => {
      const page = routes[action.page]?.at?.(rows.own, "own") ?? action.page;
      const as = async (cookie: string, form: Record<string, string>) =>
        outcomeOf(await callAction(request, String(baseURL), page, action.id, cookie, Object.entries(form)));
      const call = async (actor: ActorName, form: Record<string, string>) => as(await cast.cookieOf(actor), form);
      for (const actor of who) {
        const door = entry.rule(actor, "own");
        const got = await call(actor, {});
        if (door === "shown") expect(["/sign-in", "/staff/verify", "forbidden", "missing"], actor).not.toContain(got);
        else expect(got, actor).toBe(door);
      }
      if (!entry.form) return;
      // S14: every power of staff wants a fresh proof, whatever it is asked of.
      if (/^app\/(admin|\(auth\)\/staff\/passkeys)\//.test(action.name) && !entry.reads)
        expect(await as(await cast.staleOfficer(), entry.form(rows.own)), "a stale officer").toBe("step-up-required");
      for (const actor of who.filter((one) => entry.rule(one, "own") === "shown")) {
        const missing = await call(actor, entry.form(rows.missing));
        // The form's page is rendered anew after a refusal, and does not exist for them either.
        expect([entry.refusal ?? "not-found", "missing"], `${actor}, a missing row`).toContain(missing);
        // For staff the foreign row is there; for everybody else it must answer as the missing one does.
        if (!staff.includes(actor))
          expect(await call(actor, entry.form(rows.foreign)), `${actor}, a foreign row`).toBe(missing);
      }
    });
  }

  test(`${ids} S3 an action from a foreign or null origin is refused and does nothing`, async ({
    request,
    cast,
    baseURL,
    sql,
    rows,
  }) => {
    const action = built.find(({ name }) => name === "app/(account)/account/sessions/actions.ts#endOne");
    expect(action).toBeDefined();
    // A session of this test's own: the matrix ends the shared one when it calls "end all others".
    const sessionId = randomUUID();
    await sql`
      insert into sessions (session_token, id, user_id, expires)
      select ${randomUUID()}, ${sessionId}, user_id, now() + interval '1 day' from sessions where id = ${rows.own.sessionId}`;
    for (const origin of ["https://evil.example", "null", undefined]) {
      const cookie = await cast.cookieOf("self");
      const answer = await callAction(request, origin, "/account/sessions", String(action?.id), cookie, [
        ["sessionId", sessionId],
      ]);
      // Next.js itself aborts a request whose Origin is not the host; without one our own check answers.
      expect(["status 500", "foreign-origin"], `origin ${origin}, base ${baseURL}`).toContain(await outcomeOf(answer));
    }
    const [still] = await sql`select revoked_at from sessions where id = ${sessionId}`;
    expect(still?.revoked_at).toBeNull();
  });
}

/** S7: what is not public is never stored, and nobody but staff gets another person's bytes. */
async function expectPrivate(answer: APIResponse, pattern: string, actor: ActorName, cast: Cast): Promise<void> {
  if (/^\/(account|admin|api|step-up|sign-out)/.test(pattern)) {
    expect(answer.headers()["cache-control"], `${pattern} for ${actor}`).toContain("no-store");
  }
  const isSelf = actor === "self" || actor === "stale";
  if (!isSelf && !staff.includes(actor)) expect(await answer.text()).not.toContain(cast.self.email);
}
