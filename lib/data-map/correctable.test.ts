import { describe, expect, it } from "vitest";
import { foreignMap } from "@/test/foreign-platform";
import { dataMap } from "./load";
import { correctable } from "./own-cells";
import { parseMap } from "./parse";

const map = (fields: string, collection = "scope: person, role: owner") => `
dataset:
  - fides_key: one
    trust:
      connection: ONE_DATABASE_URL
      person: { collection: people, id: id, email: email, owner: { field: role, is: [boss] }, company: firm, closed: closed_at }
      company: { collection: firms, id: id }
    collections:
      - name: firms
        trust: { category: collect.account, role: shared, scope: company, retention: account, erasure: delete }
        fields: [{ name: id, data_categories: [user.unique_id], trust: { type: integer } }]
      - name: people
        trust: { category: collect.account, role: owner, scope: both, retention: account, erasure: delete, company: firm }
        fields:
          - { name: id, data_categories: [user.unique_id], fides_meta: { primary_key: true }, trust: { type: integer } }
          - { name: email, data_categories: [user.contact.email], fides_meta: { identity: email }, trust: { type: text } }
          - { name: role, data_categories: [user.job_title], trust: { type: text } }
          - { name: firm, data_categories: [user.workplace], trust: { type: integer } }
          - { name: closed_at, data_categories: [user.name], trust: { type: date } }
          - { name: name, data_categories: [user.name], trust: { type: varchar(30), correct: rule } }
          - { name: born, data_categories: [user.demographic], trust: { type: date } }
          - { name: picture, data_categories: [user.content], trust: { type: bytea } }
          - { name: token, data_categories: [user.authorization.credentials], trust: { type: text } }
      - name: things
        trust: { category: collect.account, ${collection}, retention: account, erasure: delete }
        fields:
          - { name: id, data_categories: [user.unique_id], fides_meta: { primary_key: true }, trust: { type: integer } }
          - { name: owner, data_categories: [user.unique_id], fides_meta: { references: [{ dataset: one, field: people.id, direction: from, trust: { scope: person } }] }, trust: { type: integer } }
          ${fields}`;

const parsed = (text: string) =>
  parseMap("one.yml", text).flatMap(({ collections }) =>
    collections.flatMap((one) =>
      correctable(one).map(({ name, correct }) => [`${one.name}.${name}`, correct] as const),
    ),
  );

describe("L5: what the map lets a person put right", () => {
  it("is what says something about them in a row of their own, and nothing that decides who they are", () => {
    expect(
      Object.fromEntries(parsed(map("- { name: note, data_categories: [user.content], trust: { type: text } }"))),
    ).toEqual({
      "people.email": { by: "address", kind: "email", max: 254 },
      "people.name": { by: "rule", kind: "text", max: 30 },
      "people.born": { by: "staff", kind: "date", max: 10 },
      "things.note": { by: "staff", kind: "text", max: 200 },
    });
  });

  it("is nothing of rows that are shared or name them, nor of what happened", () => {
    const field = "- { name: note, data_categories: [user.content], trust: { type: text } }";
    for (const collection of ["scope: person, role: shared", "scope: person, role: mentions"])
      expect(parsed(map(field, collection)).map(([name]) => name)).not.toContain("things.note");
    const recorded = field.replace("type: text", "type: text, category: collect.logs");
    expect(parsed(map(recorded)).map(([name]) => name)).not.toContain("things.note");
  });

  it.each([
    [
      "a key",
      "- { name: note, data_categories: [user.content], fides_meta: { primary_key: true }, trust: { type: text, correct: staff } }",
      /a key is never corrected/,
    ],
    [
      "an identity",
      "- { name: note, data_categories: [user.content], fides_meta: { identity: nick }, trust: { type: text, correct: staff } }",
      /an identity leads to rows/,
    ],
    [
      "a rule outside of the account",
      "- { name: note, data_categories: [user.content], trust: { type: text, correct: rule } }",
      /only what stands in the person's own account/,
    ],
    [
      "what nobody types",
      "- { name: note, data_categories: [user.content], trust: { type: jsonb, correct: staff } }",
      /needs a `kind`/,
    ],
    [
      "no such way",
      "- { name: note, data_categories: [user.content], trust: { type: text, correct: anybody } }",
      /correct/,
    ],
  ])("refuses %s", (_, field, problem) => {
    expect(() => parsed(map(field))).toThrow(problem);
  });

  it("S14: refuses a map that would let somebody correct what they may", () => {
    const lifted = map("").replace(
      "trust: { type: text } }\n          - { name: firm",
      "trust: { type: text, correct: staff } }\n          - { name: firm",
    );
    expect(() => parsed(lifted)).toThrow(/decides by it whose a row is/);
  });

  it("of Operno is a short list, and of a map without keys nothing", () => {
    const names = dataMap().systems.flatMap(({ collections }) =>
      collections.flatMap((one) => correctable(one).map(({ name }) => `${one.name}.${name}`)),
    );
    expect(names).toEqual([
      ...["users.email", "users.full_name", "users.phone", "users.job_title", "users.hourly_rate"],
      ...["work_order_notes.body", "attachments.file_name"],
    ]);
    expect(parsed(foreignMap)).toEqual([]);
  });
});
