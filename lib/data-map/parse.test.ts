import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { collection, from, mapOf } from "@/test/strangers/shape";
import { exportedFields } from "./exported";
import { loadMap } from "./load";
import { parseMap } from "./parse";
import { DataMapError } from "./types";

const operno = readFileSync("data-map/operno.yml", "utf8");

const tiny = (collections: string, dataset = "") => `dataset:
  - fides_key: tiny
    trust:
      connection: TINY_DATABASE_URL
      person: { collection: people, id: id, email: mail }
${dataset}    collections:
      - name: people
        data_categories: [user]
        trust: { category: collect.account, role: owner, scope: both, retention: account, erasure: delete }
        fields: [{ name: id }, { name: mail, fides_meta: { identity: email }, trust: { follow: true } }]
${collections}`;
const things = (trust: string, fields: string) => `      - name: things
        data_categories: [user]
        trust: { ${trust} }
        fields:
${fields}`;
const good = "category: collect.usage, role: owner, scope: person, retention: usage, erasure: delete";
const owner =
  "          - { name: owner, fides_meta: { references: [{ dataset: tiny, field: people.id, direction: from }] } }\n";

function problemsOf(source: string): string {
  try {
    parseMap("data-map/tiny.yml", source);
  } catch (error) {
    if (error instanceof DataMapError) return error.message;
    throw error;
  }
  return "";
}

describe("the data map", () => {
  it("P4: every field of Operno's map says category, retention, erasure, type and export", () => {
    const [system] = loadMap("data-map").systems;
    expect(system?.collections.length).toBeGreaterThan(15);
    for (const collection of system?.collections ?? []) {
      expect(collection.erasure.person.action && collection.erasure.company.action).toBeTruthy();
      for (const field of collection.fields) {
        expect(field.dataCategories.length, `${collection.name}.${field.name}`).toBeGreaterThan(0);
        expect(field.type, `${collection.name}.${field.name}`).not.toBeNull();
        expect(field.retention).toBeTruthy();
        if (field.export.when !== "always") expect(field.export.reason && field.export.ground).toBeTruthy();
      }
    }
    expect(new Set(system?.collections.map(({ policyCategory }) => policyCategory)).size).toBe(7);
  });

  it("L4: no password, token or key is ever exported", () => {
    const [system] = loadMap("data-map").systems;
    const exported = (system?.collections ?? []).flatMap((collection) =>
      exportedFields(collection, "company").map(({ name }) => name),
    );
    expect(exported.filter((name) => /password|secret|token/.test(name))).toEqual([]);
  });

  it.each(["people", "halves"])(
    "takes whom a link among %s leads to for somebody else, unless the reference says whose",
    (name) => {
      const id: [string, object] = ["integer", { pk: true, refs: name === "people" ? [] : [from("people.id")] }];
      const links = {
        by: ["integer", { refs: [from(`${name}.id`)] }],
        of: ["integer", { refs: [from(`${name}.id`, { role: "owner" })] }],
        to: ["integer", { refs: [{ dataset: "theirs", field: `${name}.id`, trust: { role: "owner" } }] }],
      } satisfies Parameters<typeof collection>[2];
      const people = { mail: "text", ...(name === "people" ? links : {}) };
      const map = mapOf({ person: { collection: "people", id: "id", email: "mail" } }, [
        collection("people", {}, { id: ["integer", { pk: true }], ...people }),
        ...(name === "people" ? [] : [collection(name, {}, { id, ...links })]),
      ]);
      const among = parseMap("theirs.yml", map)[0]?.edges.filter((edge) => edge.from.collection === name);
      expect(among?.map(({ to, isAnother }) => [to.columns.join(), isAnother])).toEqual([
        ["by", true],
        ["of", undefined],
        ["to", true],
        ["id", true],
      ]);
    },
  );

  it("is not mended silently: a misspelt key is named with its line", () => {
    const wrong = operno.replace(
      "role: shared\n          scope: both\n          company: id",
      "rol: shared\n          scope: both\n          company: id",
    );
    const line = wrong.slice(0, wrong.indexOf("rol: shared")).split("\n").length;
    const problems = (() => {
      try {
        parseMap("data-map/operno.yml", wrong);
        return "";
      } catch (error) {
        return (error as Error).message;
      }
    })();
    expect(problems).toContain(`data-map/operno.yml:${line}:`);
    expect(problems).toContain("dataset.operno.collections.companies.trust.rol: no such key");
  });

  it.each([
    [
      "a reference to nowhere",
      things(good, owner.replace("people.id", "people.nothing")),
      "things.fields.owner.fides_meta.references.0.field: there is no people.nothing",
    ],
    [
      "a reference into another system",
      things(good, owner.replace("dataset: tiny", "dataset: other")),
      "leads into another system",
    ],
    [
      "an unreachable collection",
      things(good, "          - { name: owner }\n"),
      "things.trust.scope: no reference or identity leads here for a person",
    ],
    [
      "an identity of which nobody's values are followed",
      things(good, "          - { name: owner, fides_meta: { identity: phone } }\n"),
      "no reference or identity leads here for a person: no field of a person's own rows says `follow` for phone",
    ],
    [
      "a missing category",
      things(good, owner).replace("data_categories: [user]", "x: 1"),
      "things.fields.owner: has no data_categories",
    ],
    [
      "a rule that is none",
      things(good.replace("erasure: delete", "erasure: { action: burn }"), owner),
      'things.trust.erasure.action: Invalid option: expected one of "delete"|"anonymise"|"keep"',
    ],
    ["keep without a ground", things(good.replace("erasure: delete", "erasure: keep"), owner), "`keep` needs a ground"],
    [
      "an export rule nobody defined",
      things(good, owner.replace("] } }", "] }, trust: { export: secret } }")),
      "there is no rule secret under export_rules",
    ],
    [
      "never without a reason",
      things(good, owner.replace("] } }", "] }, trust: { export: { when: never } } }")),
      "needs a reason and a ground",
    ],
    [
      "follow on what is no identity",
      things(good, owner.replace("] } }", "] }, trust: { follow: true } }")),
      "only an identity can say this",
    ],
    [
      "a file that is no bytea",
      things(good, `${owner}          - { name: body, trust: { type: text, file: {} } }\n`),
      "things.fields.body.trust.file: a file's bytes are of type bytea",
    ],
    [
      "a file whose name nothing holds",
      things(good, `${owner}          - { name: body, trust: { type: bytea, file: { name: title } } }\n`),
      "things.fields.body.trust.file: there is no field title",
    ],
    [
      "a file of rows without a key",
      things(good, `${owner}          - { name: body, trust: { type: bytea, file: {} } }\n`),
      "things.fields.body.trust.file: needs a primary key that is exported with it",
    ],
    [
      "an unknown word about a file",
      things(good, `${owner}          - { name: body, trust: { type: bytea, file: { title: owner } } }\n`),
      "things.fields.body.trust.file.title: no such key is known here",
    ],
    [
      "a key that is made anew",
      things(
        good,
        `${owner}          - { name: id, fides_meta: { primary_key: true }, trust: { type: uuid, import: { take: new } } }\n`,
      ),
      "things.fields.id.trust.import: a key, or what says whose a row is",
    ],
    [
      "a number that is made anew",
      things(good, `${owner}          - { name: body, trust: { type: integer, import: { take: new } } }\n`),
      "things.fields.body.trust.import: only a uuid or a text can be made anew",
    ],
    [
      "a value for none that its column cannot hold",
      things(good, `${owner}          - { name: at, trust: { type: date, none: [2099-12-31, never] } }\n`),
      "things.fields.at.trust.none: never is no value of type date",
    ],
    [
      "a collection that is not taken in, and nobody says why",
      things(`${good}, import: { take: none }`, owner),
      "things.trust.import.reason",
    ],
    [
      "a link that lies at the one end and is asked a condition of the other",
      things(good, owner.replace("from }", "from, trust: { if: { field: owner, is: [me] }, holder: there } }")),
      "trust.holder: `if` is asked of this collection's rows",
    ],
    [
      "an erasure of nothing known",
      things(good.replace("erasure: delete", "erasure: 5"), owner),
      "things.trust.erasure: must be delete, anonymise or keep",
    ],
    [
      "a field's erasure of nothing known",
      things(good, `${owner}          - { name: body, trust: { type: text, erasure: delete } }\n`),
      "things.fields.body.trust.erasure: must be keep, clear, token, hash, now, month, year, or as { first: 2 }",
    ],
    [
      "a condition of one word",
      things(good, owner.replace("from }", "from, trust: { if: { field: owner, is: me } } }")),
      "trust.if.is: must be a list, such as [owner]",
    ],
    ["the same field twice", things(good, owner + owner), "owner stands here twice"],
    [
      "a table of two collections",
      things(`${good}, table: rows`, owner) + things(`${good}, table: rows`, owner).replace("things", "more"),
      "more.name: public.rows is the table of things already; say it all there",
    ],
    [
      "an unknown retention class",
      things(good.replace("retention: usage", "retention: forever"), owner),
      "things.trust.retention",
    ],
    [
      "a company column without companies",
      things(`${good}, company: owner`, owner),
      "does not say which collection holds the companies",
    ],
    [
      "another company column than its id on the companies' own collection",
      things(`${good}, company: owner`, `${owner}          - { name: id }\n`),
      "a company's own row is found by its id, id",
      "      company: { collection: things, id: id }\n",
    ],
  ])("names file, line and field for %s", (_, collections, message, dataset = "") => {
    const problems = problemsOf(tiny(collections, dataset));
    expect(problems).toMatch(/^data-map\/tiny\.yml:\d+:\d+ dataset\.tiny/);
    expect(problems).toContain(message);
  });

  it("wants to hear what becomes of the address in a person's row that is made anonymous", () => {
    const anonymous = tiny("").replace("erasure: delete", "erasure: { action: anonymise, ground: Their posts stay }");
    expect(problemsOf(anonymous)).toMatch(/^data-map\/tiny\.yml:10:\d+ .*people\.fields\.mail: .* would keep this/);
    expect(problemsOf(anonymous.replace("follow: true", "follow: true, erasure: token"))).toBe("");
    expect(problemsOf(anonymous.replace("follow: true", "follow: true, erasure: keep"))).toBe("");
  });

  it("names the line of broken YAML", () => {
    expect(problemsOf("dataset:\n  - [a, b\n  c: {")).toMatch(/^data-map\/tiny\.yml:\d+:\d+ /);
    expect(problemsOf("")).toContain("data-map/tiny.yml:1:1 (file)");
  });

  it("refuses a bomb of aliases", () => {
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${["b", "c", "d", "e", "f"].map((n, i) => `${n}: &${n} [${Array(9).fill(`*${"abcdef"[i]}`).join(",")}]`).join("\n")}`;
    expect(problemsOf(bomb)).toMatch(/alias|dataset/i);
  });
});
