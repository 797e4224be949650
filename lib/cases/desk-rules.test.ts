import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exportedFields, omissions } from "../data-map/exported";
import { dataMap } from "../data-map/load";
import { redactable, redactSystem } from "../exports/redact-system";
import { risksOf } from "../exports/risks";
import { gdprDue, policyDue } from "./clocks";
import { mentionedIn } from "./mentions";
import { snoozeUntil } from "./snooze";
import { tagWord } from "./tags";

const instants = fc
  .integer({ min: Date.parse("2024-01-01T00:00:00Z") / 1000, max: Date.parse("2030-01-01T00:00:00Z") / 1000 })
  .map((seconds) => Temporal.Instant.fromEpochMilliseconds(seconds * 1000));
const notAfter = (a: Temporal.Instant, b: Temporal.Instant) => Temporal.Instant.compare(a, b) <= 0;

describe("putting a case aside", () => {
  it("L1 R14: never passes the margin before its clock, never takes longer than asked, and is never over at once", () => {
    fc.assert(
      fc.property(
        instants,
        instants,
        fc.integer({ min: 1, max: 720 }),
        fc.integer({ min: 0, max: 72 }),
        (now, due, hours, margin) => {
          const until = snoozeUntil(hours, now, due, margin);
          const latest = due.subtract({ hours: margin });
          if (!until) {
            expect(notAfter(latest, now)).toBe(true);
            return;
          }
          expect(notAfter(until, latest)).toBe(true);
          expect(notAfter(until, now.add({ hours }))).toBe(true);
          expect(notAfter(now.add({ seconds: 1 }), until)).toBe(true);
        },
      ),
    );
  });

  it("L1 R14: holds at the ends of months and where clocks change", () => {
    for (const zone of ["Europe/Berlin", "America/Los_Angeles", "Asia/Kathmandu"])
      for (const day of ["2027-01-31", "2028-02-29", "2027-03-28", "2027-10-31", "2027-03-14", "2027-11-07"]) {
        const received = Temporal.PlainDate.from(day)
          .toZonedDateTime({ timeZone: zone, plainTime: "01:30" })
          .toInstant();
        for (const due of [policyDue(received), gdprDue(received, zone, new Set())]) {
          const until = snoozeUntil(24 * 60, received, due, 24);
          // Hours that pass, not hours of a clock on the wall.
          expect(until && due.since(until).total("hours")).toBe(24);
        }
      }
  });

  it("takes what was asked for while no clock runs", () => {
    const now = Temporal.Instant.from("2026-11-29T10:00:00Z");
    expect(snoozeUntil(4, now, null)?.toString()).toBe("2026-11-29T14:00:00Z");
  });
});

describe("naming colleagues", () => {
  const colleagues = [
    { staffId: "nora", name: "Nora Feld" },
    { staffId: "noa", name: "Noa Lindqvist" },
    { staffId: "noa2", name: "Noa Brandt" },
    { staffId: "odd", name: "A.B. (C)*" },
  ];
  it.each([
    ["@Nora can you look?", ["nora"]],
    ["please @nora.feld and @NOA_LINDQVIST", ["nora", "noa"]],
    ["@Nora Feld: yes", ["nora"]],
    ["@Noa is two people", []],
    ["@Norah and nora@feld.example and x@nora.example", []],
    ["@Nora Felder", ["nora"]],
    ["no name at all", []],
    ["@A.B. (C)*", ["odd"]],
  ])("%s", (text, ids) => {
    expect(mentionedIn(text, colleagues)).toEqual(ids);
  });
  it("H4: takes any text and any name", () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.record({ staffId: fc.uuid(), name: fc.string() })), (text, people) => {
        expect(mentionedIn(text, people).length).toBeLessThanOrEqual(people.length);
      }),
    );
  });
});

describe("tags", () => {
  it("are words and never an address or a name in full", () => {
    expect(tagWord.parse("  Needs  Legal ")).toBe("needs-legal");
    for (const wrong of ["", "kim@example.test", "a".repeat(31), "-x", "ünï", "<b>", "a/b"])
      expect(tagWord.safeParse(wrong).success).toBe(false);
  });
});

describe("the risk of a package", () => {
  const limits = { rows: 1000, companyRows: 100, rowsOfOthers: 50, freshCompany: true };
  const facts = { scope: "person" as const, rows: 10, rowsOfOthers: 10, waited: true };
  it("S15: is what the configuration says, each by itself", () => {
    expect(risksOf(facts, limits)).toEqual([]);
    expect(risksOf({ ...facts, rows: 1000 }, limits)).toEqual(["rows"]);
    expect(risksOf({ ...facts, rowsOfOthers: 50 }, limits)).toEqual(["rows-of-others"]);
    const company = { ...facts, scope: "company" as const };
    expect(risksOf(company, limits)).toEqual(["fresh-company"]);
    expect(risksOf({ ...company, waited: false, rows: 99 }, limits)).toEqual([]);
    expect(risksOf({ ...company, waited: false, rows: 100 }, limits)).toEqual(["company-rows"]);
    const off = { rows: null, companyRows: null, rowsOfOthers: null, freshCompany: false };
    expect(risksOf({ ...company, rows: 1e9, rowsOfOthers: 1e9 }, off)).toEqual([]);
  });
});

describe("leaving things out of a package", () => {
  const system = dataMap().systems[0];
  if (!system) throw new Error("no map");
  const chosen = system.collections.flatMap((collection) =>
    redactable(collection, "person").map(({ name }) => ({ collection: collection.name, field: name })),
  );

  it("L4: takes out exactly what was chosen, lists it with a reason and a ground, and adds nothing", () => {
    fc.assert(
      fc.property(fc.subarray(chosen, { maxLength: 8 }), fc.constantFrom("all", "others"), (parts, rows) => {
        const redactions = parts.map((part) => ({
          ...part,
          ...{ system: system.name, rows: rows as "all" | "others", ground: "rights-of-others" },
        }));
        const redacted = redactSystem(system, redactions);
        for (const [index, collection] of system.collections.entries()) {
          const was = exportedFields(collection, "person").map(({ name }) => name);
          const is = exportedFields(redacted.collections[index] ?? collection, "person").map(({ name }) => name);
          const out = parts.filter((part) => part.collection === collection.name).map(({ field }) => field);
          expect(is).toEqual(rows === "all" ? was.filter((name) => !out.includes(name)) : was);
        }
        const listed = omissions(redacted, "person");
        for (const { collection, field } of parts)
          expect(listed).toContainEqual(
            expect.objectContaining({ collection, field, ground: expect.stringMatching(/./) }),
          );
      }),
      { numRuns: 50 },
    );
  });

  it("L4: a collection goes whole, a key never, and what the map leaves out stays out", () => {
    const whole = {
      system: system.name,
      collection: "platform_messages",
      field: null,
      rows: "all" as const,
      ground: "security",
    };
    const redacted = redactSystem(system, [whole]);
    const messages = redacted.collections.find(({ name }) => name === "platform_messages");
    expect(messages && exportedFields(messages, "company")).toEqual([]);
    const users = system.collections.find(({ name }) => name === "users");
    if (!users) throw new Error("no users");
    const names = redactable(users, "company").map(({ name }) => name);
    expect(names).toContain("phone");
    expect(names).not.toContain("id");
    expect(names).not.toContain("password_hash");
    expect(redactSystem(system, [{ ...whole, system: "another" }])).toBe(system);
  });
});
