import { actors, type Cast, makeCast } from "./access-matrix/actors";
import { asIs, callAction, type FieldValue } from "./access-matrix/call-action";
import { builtActions, builtRoutes, hasBuild } from "./access-matrix/manifest";
import { makeRows, type Rows } from "./access-matrix/rows";
import { actions, routes } from "./access-matrix/table";
import { test as base, expect } from "./fixtures/test";

/**
 * H4, S21: whatever stands in an address, a query or a form's field, every page, route handler and action of the build
 * answers in its own way: "not there", "not right", never with an unexpected failure.
 */
const test = base.extend<object, { cast: Cast; rows: Rows }>({
  cast: [async ({ sql }, use) => use(await makeCast(sql)), { scope: "worker" }],
  rows: [async ({ sql, cast }, use) => use(await makeRows(sql, cast)), { scope: "worker" }],
});
test.skip(Boolean(process.env.E2E_BASE_URL) || !hasBuild, "reads the manifests of the build that is served");

const pages = hasBuild ? builtRoutes() : [];
const long = "x".repeat(3_000);
/** Ids, dates, numbers, references and codes that are none, as they stand in an address. */
const segments = [
  ...["%00", "%C3%28", "%F0%9F%A6%84", "..%2F..%2Fetc%2Fpasswd", "'%20or%201=1--", "%E2%80%AE", "[object%20Object]"],
  ...["-1", "0", "1e9", "99999999999999999999", "NaN", "null", "2025-02-30", "+275761-01-01", "PR-0000-0000", long],
];
const queryNames = ["cursor", "from", "kind", "next", "q", "response", "sent", "state", "token", "view", "theme"];
const queryValues = ["%00", "%C3%28", "-1", "99999999999999999999", "%F0%9F%A6%84", "//evil.example", long];

/** An unexpected failure, in the answer's status or, once its first bytes were out, in the page. */
async function failed(answer: { status(): number; text(): Promise<string> }): Promise<boolean> {
  if (answer.status() >= 500) return true;
  return answer.status() === 200 && /This page did not work|"digest":"\d+"/.test(await answer.text());
}

for (const pattern of pages) {
  test(`H4 S21 nonsense in the address of ${pattern}`, async ({ request, cast }) => {
    const as = pattern.startsWith("/admin") ? "officer" : pattern.startsWith("/a") ? "self" : "visitor";
    const places = [...pattern.matchAll(/\[\w+\]/g)].length;
    const addresses = places
      ? segments.map((segment) => pattern.replaceAll(/\[\w+\]/g, segment))
      : queryValues.map((value) => `${pattern}?${queryNames.map((name) => `${name}=${value}`).join("&")}`);
    const wrong: string[] = [];
    const headers = { ...asIs, cookie: await cast.cookieOf(as), range: "bytes=9-1,0x1-", "if-range": 'W/"nonsense' };
    for (const address of addresses) {
      const answer = await request.fetch(address, {
        method: routes[pattern]?.method ?? "GET",
        headers,
        maxRedirects: 0,
      });
      // Health says what is wrong with the machine, and that may be so.
      if (!pattern.startsWith("/api/health") && (await failed(answer))) wrong.push(`${answer.status()} ${address}`);
    }
    expect(wrong.map((line) => line.slice(0, 120))).toEqual([]);
  });
}

const names = [
  ...["address", "basedOn", "batchId", "boundTo", "caseId", "code", "confirmation", "decision", "effectiveOn", "email"],
  ...["exceptionId", "highlights.0.kind", "highlights.0.sentence", "idempotencyKey", "jobId", "kind", "markdown"],
  ...["message", "name", "next", "noticeId", "packageId", "reason", "reference", "response", "revision", "scope"],
  ...["sessionId", "staffId", "text", "theme", "title", "to", "token", "versionId", "__proto__", "constructor"],
];
const uuid = "01890000-0000-7000-8000-000000000000";
const kinds: Record<string, (name: string) => FieldValue[]> = {
  "a file where text belongs": (name) => [new File(["x".repeat(2_000)], `${name}.txt`, { type: "text/plain" })],
  "every field twice": (name) => [uuid, name],
  "control characters, half a character and marks": () => ["a\u0000b\u0007\u202e\ud83e\ufffe"],
  "words of 4,000 characters": () => ["w".repeat(4_000)],
  "numbers and dates that are none": (name) => [/On$/.test(name) ? "2025-02-30" : "-99999999999999999999e9"],
};
/** What ends the very session that asks, whatever the form holds. */
const ending = /#(signOut|endOthers|stopEverything)$/;

for (const [kind, values] of Object.entries(kinds)) {
  test(`H4 S2 every action, ${kind}: answered in words`, async ({ request, cast, rows, baseURL, sql }) => {
    const wrong: string[] = [];
    const counted = async () => {
      const [row] =
        await sql`select (select count(*)::int from cases where subject_id = ${cast.self.personId}) as cases,
        (select count(*)::int from case_messages m join cases c on c.id = m.case_id
          where c.subject_id = ${cast.self.personId}) as messages`;
      return row;
    };
    const before = await counted();
    for (const { name, id, page } of hasBuild ? builtActions() : []) {
      const entry = actions[name];
      const actor = actors.find((one) => one !== "stale" && entry?.rule(one, "own") === "shown");
      if (!entry || !actor || ending.test(name)) continue;
      // One wrong field beside right ones, so that it is reached: first the row's own, then all of them.
      const right = Object.entries(entry.form?.(rows.own) ?? {});
      const wholes: [string, FieldValue][][] = [
        names.flatMap((field) => values(field).map((value): [string, FieldValue] => [field, value])),
        ...right.map(([field]) => [
          ...right.filter(([other]) => other !== field),
          ...values(field).map((value): [string, FieldValue] => [field, value]),
        ]),
      ];
      for (const fields of wholes) {
        const address = routes[page]?.at?.(rows.own, "own") ?? page;
        const cookie = await cast.cookieOf(actor);
        const answer = await callAction(request, String(baseURL), address, id, cookie, fields);
        if (await failed(answer))
          wrong.push(
            `${answer.status()} ${name} (${fields
              .map(([one]) => one)
              .join(" ")
              .slice(0, 60)})`,
          );
      }
    }
    expect(wrong).toEqual([]);
    if (kind === "a file where text belongs") expect(await counted()).toEqual(before);
  });
}

test("H4 S2 every action, called with what is no form: answered in words", async ({ request, cast, rows, baseURL }) => {
  const wrong: string[] = [];
  for (const { name, id, page } of hasBuild ? builtActions() : []) {
    const actor = actors.find((one) => one !== "stale" && actions[name]?.rule(one, "own") === "shown");
    if (!actor || ending.test(name)) continue;
    const address = routes[page]?.at?.(rows.own, "own") ?? page;
    const cookie = await cast.cookieOf(actor);
    for (const args of ["[]", "[null,null]", '[{},"text"]', '[{},{"reference":{"a":1}}]', "[[],[[]]]"]) {
      const answer = await callAction(request, String(baseURL), address, id, cookie, [], args);
      if (await failed(answer)) wrong.push(`${answer.status()} ${name} ${args}`);
    }
  }
  expect(wrong).toEqual([]);
});
