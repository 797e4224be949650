import { describe, expect, it } from "vitest";
import { foreignMap } from "@/test/foreign-platform";
import { collection, from, mapOf } from "@/test/strangers/shape";
import { dataMap } from "../data-map/load";
import { parseMap } from "../data-map/parse";
import { firstPace, nextPace } from "../erasure/pace";
import { valuesOf } from "../policy/values";
import { nextRun } from "./next-run";
import { retentionProblems, rulesOf } from "./rules";

describe("the rules", () => {
  it("are the periods of the policy in force, and every collection of Operno's map falls under one that can be counted", () => {
    expect(retentionProblems(dataMap())).toEqual([]);
    const periods = (number: number) =>
      Object.fromEntries(rulesOf(valuesOf(number)).map(({ name, period }) => [name, period]));
    expect(periods(1)).toEqual({ account: "P90D", "work-orders": "P7Y", usage: "P2Y", communication: "P3Y" });
    expect(periods(2)).toMatchObject({ usage: "P1Y" });
  });

  it("names every collection whose age or whose account's closing the map cannot tell", () => {
    const found = retentionProblems({ systems: parseMap("club.yml", foreignMap) });
    const of = (name: string) => found.find(({ collection }) => collection === name)?.problem;
    expect(of("Calls")).toMatch(/usage counts from creation: name the column.*a trigger fills from what/);
    expect(of("Orders")).toMatch(
      /account counts from an account's closing, but the map names no trust.person.closed of club and no trust.company.closed of club/,
    );
    const [home, ...rest] = dataMap().systems;
    if (!home) throw new Error("no map");
    const collections = home.collections.map((one) => (one.name === "access_logs" ? { ...one, since: "path" } : one));
    expect(retentionProblems({ systems: [{ ...home, collections }, ...rest] })).toEqual([
      {
        system: "operno",
        collection: "access_logs",
        problem: "trust.since names path, which is no date and no time (text)",
      },
    ]);
  });
});

describe("a second system", () => {
  const home = [
    collection(
      "people",
      {},
      { id: ["integer", { pk: true }], mail: ["text", { identity: "email" }], closed: "timestamptz" },
    ),
  ];
  const problems = (retention: string) => {
    const [own] = parseMap(
      "theirs.yml",
      mapOf({ person: { collection: "people", id: "id", email: "mail", closed: "closed" } }, home),
    );
    const letters = collection(
      "letters",
      { retention, since: "sent" },
      { mail: ["text", { identity: "email" }], sent: "timestamptz" },
    );
    const [other] = parseMap("post.yml", mapOf({}, [letters]).replace('"fides_key":"theirs"', '"fides_key":"post"'));
    if (!own || !other) throw new Error("no map");
    return retentionProblems({ systems: [own, other] });
  };
  it("holds nothing that goes with an account later than the row by which whose it is was known", () => {
    expect(problems("work-orders")).toEqual([
      {
        system: "post",
        collection: "letters",
        problem: expect.stringMatching(/^work-orders ends later than account, with which theirs\.people goes/),
      },
    ]);
    expect(problems("account")).toEqual([]);
    expect(problems("communication")).toEqual([]);
  });
});

describe("how a column says when something was", () => {
  const problem = (type: string, time?: string) => {
    const map = mapOf({ person: { collection: "people", id: "id", email: "mail", closed: "closed" } }, [
      collection("people", {}, { id: "integer", mail: ["text", { identity: "email" }], closed: "timestamptz" }),
      collection(
        "notes",
        { retention: "usage", since: "made" },
        { person: ["integer", { refs: [from("people.id")] }], made: [type, time ? { time } : {}] },
      ),
    ]);
    return retentionProblems({ systems: parseMap("theirs.yml", map) }).map((one) => one.problem);
  };
  it.each([
    [
      "integer",
      "text",
      /^trust\.since names made as \x60time: text\x60, which is read from words, and its type is integer; .*make_date/,
    ],
    ["numeric(10,2)", "text", /read from words/],
    ["boolean", "text", /read from words/],
    [
      "varchar(20)",
      "seconds",
      /^trust\.since names made as \x60time: seconds\x60, which is read from numbers, and its type is varchar\(20\)$/,
    ],
    ["text", "milliseconds", /read from numbers/],
    ["timestamptz", "seconds", /read from numbers/],
    ["bigint[]", "seconds", /read from numbers/],
  ])("is refused of a %s that is said to hold %s", (type, time, words) => {
    expect(problem(type, time)).toEqual([expect.stringMatching(words)]);
  });
  it.each(["timestamptz[]", "daterange", "tstzrange", "time with time zone"])("is missed in a %s", (type) => {
    expect(problem(type)).toEqual([`trust.since names made, which is no date and no time (${type})`]);
  });
  it.each([
    ["bigint", "seconds"],
    ["int4", "seconds"],
    ["numeric(20,3)", "milliseconds"],
    ["double precision", "seconds"],
    ["character varying(30)", "text"],
    ["char(10)", "text"],
    ["a_domain", "text"],
    ["a_domain", "seconds"],
    ["date", undefined],
  ])("is taken of a %s that is said to hold %s", (type, time) => {
    expect(problem(type, time)).toEqual([]);
  });
});

describe("the pace", () => {
  it("grows while nobody suffers, shrinks and rests while somebody does, and stays within its bounds", () => {
    const quick = { took: 10, readerMs: 1, idleMs: 1 };
    let pace = firstPace;
    for (let n = 0; n < 30; n++) pace = nextPace(pace, quick);
    expect(pace).toEqual({ rows: 200_000, restMs: 0 });
    const slow = nextPace(pace, { ...quick, took: 3000 });
    expect(slow.rows).toBe(100_000);
    let suffering = slow;
    for (let n = 0; n < 30; n++) suffering = nextPace(suffering, { took: 200, readerMs: 9, idleMs: 1 });
    expect(suffering).toEqual({ rows: 100, restMs: 5000 });
    let over = suffering;
    for (let n = 0; n < 12; n++) over = nextPace(over, quick);
    expect(over.restMs).toBe(0);
    expect(over.rows).toBeGreaterThan(suffering.rows);
    // Twice as long and a scheduler's slice is nobody's suffering yet.
    expect(nextPace(firstPace, { took: 250, readerMs: 5, idleMs: 1 }).restMs).toBe(0);
    expect(nextPace(firstPace, { took: 250, readerMs: 5.1, idleMs: 1 }).restMs).toBeGreaterThan(0);
    // Without readings nobody is known to suffer.
    expect(nextPace(firstPace, { took: 10, readerMs: null, idleMs: null }).restMs).toBe(0);
  });
});

describe("the next sweep", () => {
  it.each([
    ["23 2 * * *", "2026-11-28T23:00:00Z", "2026-11-29T02:23:00Z"],
    ["23 2 * * *", "2026-11-29T02:23:00Z", "2026-11-30T02:23:00Z"],
    ["*/10 * * * *", "2026-11-28T23:51:10Z", "2026-11-29T00:00:00Z"],
    ["0 4 * * 0", "2026-11-28T23:00:00Z", "2026-11-29T04:00:00Z"],
    ["5,35 1-2 * * *", "2026-11-28T01:06:00Z", "2026-11-28T01:35:00Z"],
  ])("of %s after %s is %s", (cron, now, next) => {
    expect(nextRun(cron, Temporal.Instant.from(now))?.toString()).toBe(Temporal.Instant.from(next).toString());
  });
  it("is not known for what never comes", () => {
    expect(nextRun("0 0 31 2 *", Temporal.Instant.from("2026-11-28T00:00:00Z"))).toBeNull();
  });
});
