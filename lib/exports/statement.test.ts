import { expect, it } from "vitest";
import { z } from "zod";
import { config } from "../../trust-center.config";
import { categoryWords } from "../data-map/category-words";
import { dataMap } from "../data-map/load";
import { policyCategories } from "../data-map/types";
import { promiseIds } from "../policy/promises";
import { valuesOf } from "../policy/values";
import { statement, statementPage } from "./statement";

it("states the periods and recipients of the policy version in force", () => {
  const held = dataMap().systems.flatMap(({ name, collections }) =>
    collections.map((collection) => ({ system: name, collection, rows: 1 })),
  );
  const by = (number: number | null) => {
    const data = statement({
      packageId: "0198c0de-0000-7000-8000-000000000000",
      reference: "PR-7K2M-Q4XD",
      scope: "person",
      readAfter: Temporal.Instant.from("2026-11-23T12:00:00Z"),
      policy: number === null ? null : { number, sha256: "0".repeat(64) },
      held,
      known: true,
      inUse: { requests: [], limits: [], ruled: 0 },
    });
    const usage = data.retention.find((one) => one.class === "usage");
    return { usage: usage?.period, recipients: data.recipients.length, html: statementPage(data) };
  };
  expect(by(1)).toMatchObject({ usage: "P2Y", recipients: 4 });
  expect(by(1).html).toContain(": 2 years from ");
  expect(by(2)).toMatchObject({ usage: "P1Y", recipients: 5 });
  expect(by(2).html).toContain("Customer support tools");
  expect(by(null)).toMatchObject({ usage: "P2Y", recipients: 4 });
});

it("L3: names who received something of this person, what, and what protects it; nobody else", () => {
  const collections = dataMap().systems.flatMap(({ name, collections }) =>
    collections.map((collection) => ({ system: name, collection })),
  );
  const of = (category: string) =>
    statement({
      packageId: "0198c0de-0000-7000-8000-000000000000",
      reference: "PR-7K2M-Q4XD",
      scope: "person",
      readAfter: Temporal.Instant.from("2026-11-23T12:00:00Z"),
      policy: { number: 1, sha256: "0".repeat(64) },
      // What is mapped and empty was given to nobody.
      held: collections.map((one) => ({ ...one, rows: one.collection.policyCategory === category ? 3 : 0 })),
      known: true,
      inUse: { requests: [], limits: [], ruled: 0 },
    });
  const paid = of("collect.payment");
  expect(paid.categories.map(({ id }) => id)).toEqual(["collect.payment"]);
  expect(paid.recipients.map(({ kind }) => kind)).toEqual(["Cloud hosting and infrastructure", "Payment processing"]);
  for (const { receives } of paid.recipients) expect(receives).toEqual(["Payments"]);
  // In the very words of "What we hold".
  const { label, what, source } = categoryWords["collect.payment"];
  expect(paid.categories[0]).toMatchObject({ label, what, source, rows: expect.any(Number) });
  expect(statementPage(paid)).toContain(`<td>${label}: ${what}</td>`);
  const written = of("collect.communication");
  const abroad = written.recipients.find(({ country }) => country === "United States");
  expect(abroad?.safeguard).toContain("2021/914");
  expect(statementPage(written)).toContain(`${abroad?.country}: ${abroad?.safeguard}`);
  expect(of("nothing").recipients).toEqual([]);
  expect(statementPage(of("nothing"))).toContain("Nobody, since nothing is held.");
});

it("every configured recipient is of a kind that some policy version names, and receives only its categories", () => {
  const kinds = valuesOf(Number.MAX_SAFE_INTEGER).providers.map(({ category }) => category);
  for (const { name, provider, receives } of config.recipients) {
    expect(kinds, name).toContain(provider);
    for (const category of receives) expect(promiseIds, name).toContain(category);
  }
  for (const kind of kinds) expect(config.recipients.map(({ provider }) => provider)).toContain(kind);
});

it("L3: every recipient is complete, and one outside the EEA has a safeguard", () => {
  // Those of the EEA that the demo names: another country has to be added here before it may go without a safeguard.
  const eea = ["Germany", "Ireland", "France", "Netherlands"];
  const words = z.string().trim().min(2).max(200);
  const recipient = z
    .strictObject({
      name: words,
      provider: words,
      country: words,
      safeguard: words.nullable(),
      id: z.string().regex(/^[a-z0-9-]+$/),
      knows: z.array(z.string()),
      erasure: z.union([
        z.literal("manual"),
        z.strictObject({ none: z.string().min(20) }),
        z.strictObject({ webhook: z.string().regex(/^[A-Z0-9_]+$/), secret: z.string().regex(/^[A-Z0-9_]+$/) }),
      ]),
      receives: z.array(z.enum(policyCategories)).min(1),
    })
    .refine(({ country, safeguard }) => eea.includes(country) || safeguard !== null, "no safeguard outside the EEA");
  expect(z.array(recipient).safeParse(config.recipients).error).toBeUndefined();
  const abroad = { ...config.recipients[0], country: "United States", safeguard: null };
  expect(recipient.safeParse(abroad).success).toBe(false);
});

it("L3: says which purposes this person's data serves and how the rights they used stand, not everybody's", () => {
  const collections = dataMap().systems.flatMap(({ name, collections: all }) =>
    all.map((collection) => ({ system: name, collection })),
  );
  const of = (category: string | null, inUse: Parameters<typeof statement>[0]["inUse"]) =>
    statement({
      ...{ packageId: "0198c0de-0000-7000-8000-000000000000", reference: "PR-7K2M-Q4XD", scope: "person", known: true },
      readAfter: Temporal.Instant.from("2026-11-23T12:00:00Z"),
      policy: { number: 1, sha256: "0".repeat(64) },
      held: collections.map((one) => ({ ...one, rows: one.collection.policyCategory === category ? 1 : 0 })),
      inUse,
    });
  const devices = of("collect.device", {
    requests: [{ right: "An objection", reference: "PR-AAAA-BBBB", on: "2026-11-02", state: "granted" }],
    limits: [
      { what: "You objected", use: "communication", system: "Operno <x>", since: "2026-11-02", state: "in force" },
    ],
    ruled: 2,
  });
  expect(devices.purposes.map(({ id }) => id)).toEqual(["use.service-delivery", "use.security"]);
  expect(statementPage(devices)).toContain("An objection, PR-AAAA-BBBB, 2026-11-02: granted");
  expect(devices.limitsInForce).toMatchObject([{ use: "communication", since: "2026-11-02" }]);
  expect(statementPage(devices)).toContain(
    "You objected: communication in Operno &#60;x&#62;, since 2026-11-02 (UTC): in force",
  );
  expect(devices.automatedDecisions).toContain("2 of the values");
  const nothing = of(null, { requests: [], limits: [], ruled: 0 });
  expect(nothing.purposes).toEqual([]);
  expect(statementPage(nothing)).toContain("None: every use goes on as the policy says.");
  expect(nothing.automatedDecisions).toContain("None about you");
  // Copies, planned deletions and objections to improvement close without anybody deciding them.
  for (const { automatedDecisions } of [devices, nothing])
    expect(automatedDecisions).toMatch(/fixed rule.*A person decides everything else/);
  // Everything that is ever collected serves one of the six, and each of the six is served.
  const ids = policyCategories.flatMap((category) =>
    of(category, { requests: [], limits: [], ruled: 0 }).purposes.map(({ id }) => id),
  );
  expect(new Set(ids).size).toBe(6);
});
