import { readFileSync } from "node:fs";
import fc from "fast-check";
import type postgres from "postgres";
import { beforeAll, describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { makeStaff } from "@/test/people";
import { sha256Hex } from "../crypto/hash";
import { policyCategories } from "../data-map/types";
import { highlightKinds, severities } from "../db/schema";
import { newId } from "../ids";
import { boundHash } from "./approval";

/** What the database itself refuses, asked as its owner: no use case, no row security stands in between. */
const database = testDatabase();
const source = readFileSync(new URL("../../policy/operno/2.md", import.meta.url), "utf8");
type Staff = Awaited<ReturnType<typeof makeStaff>>;
let [author, second, agent] = [] as unknown as [Staff, Staff, Staff];
let number = 300;

beforeAll(async () => {
  author = await makeStaff("officer");
  second = await makeStaff("officer");
  agent = await makeStaff("agent");
});

type State = "draft" | "in review" | "approved" | "announced" | "withdrawn" | "in force";

/** A version brought to a state the lawful way. */
async function make(state: State, kind: "change" | "technical" = "change"): Promise<string> {
  const { sql } = database;
  const id = newId();
  await sql`
    insert into policy_versions (id, number, title, markdown, sha256, author_id, kind, effective_at)
    values (${id}, ${number++}, 'A version', ${source}, ${sha256Hex(source)}, ${author.staffId}, ${kind},
            case when ${kind} = 'change' then now() + interval '40 days' end)`;
  await sql`insert into policy_highlights (id, version_id, kind, clause_id, sentence, position)
    values (${newId()}, ${id}, 'wording', 'about', 'A sentence.', 0)`;
  if (state === "draft") return id;
  if (state === "withdrawn") {
    await sql`update policy_versions set withdrawn_at = now() where id = ${id}`;
    return id;
  }
  await sql`update policy_versions set submitted_at = now() where id = ${id}`;
  if (state === "in review") return id;
  await approve(id);
  if (state === "approved") return id;
  await sql`update policy_versions set announced_at = now() where id = ${id}`;
  if (state === "in force")
    await past(sql, (tx) => tx`update policy_versions set effective_at = now() - interval '1 day' where id = ${id}`);
  return id;
}

const past = (sql: postgres.Sql, work: (tx: postgres.Sql) => Promise<unknown>) =>
  sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await work(tx as unknown as postgres.Sql);
  });

const hashIn = async (id: string): Promise<string> => {
  const [row] = await database.sql`select tc_policy_bound_hash(v) as hash from policy_versions v where id = ${id}`;
  return String(row?.hash);
};

async function approve(
  id: string,
  over: { approver?: string; author?: string; boundTo?: string; voided?: boolean } = {},
) {
  const approval = newId();
  await database.sql`
    insert into policy_approvals (id, version_id, author_id, approver_id, bound_to, detail, voided_at)
    values (${approval}, ${id}, ${over.author ?? author.staffId}, ${over.approver ?? second.staffId},
            ${over.boundTo ?? (await hashIn(id))}, '{}', case when ${over.voided ?? false} then now() end)`;
  return approval;
}

const set = (id: string, columns: string) =>
  database.sql.unsafe(`update policy_versions set ${columns} where id = '${id}'`);
const other = `markdown = markdown || 'x', sha256 = encode(sha256(convert_to(markdown || 'x', 'UTF8')), 'hex')`;
const openApprovals = async (id: string) => {
  const rows = await database.sql`select 1 from policy_approvals where version_id = ${id} and voided_at is null`;
  return rows.length;
};

describe("S15: the states of a policy version, in the database", () => {
  const refused: [State, string, string, RegExp][] = [
    ["draft", "is announced unread", "announced_at = now()", /second officer/],
    ["draft", "is handed in and announced in one step", "submitted_at = now(), announced_at = now()", /second officer/],
    ["draft", "is handed in with another text", `submitted_at = now(), ${other}`, /no draft any more/],
    ["draft", "is withdrawn with another text", `withdrawn_at = now(), ${other}`, /no draft any more/],
    ["draft", "is withdrawn as if it had been announced", "withdrawn_at = now(), announced_at = now()", /cannot go/],
    ["draft", "gets another author", `author_id = null`, /author/],
    ["draft", "gets another number", "number = 9000", /keeps its number/],
    ["draft", "gets a text that its hash is not of", "markdown = 'x'", /hash/],
    ["draft", "gets a kind that there is not", "kind = 'minor'", /kind/],
    ["in review", "gets another text", other, /no draft any more/],
    ["in review", "gets another title", "title = 'Another'", /no draft any more/],
    ["in review", "gets another day", "effective_at = now() + interval '90 days'", /no draft any more/],
    ["in review", "becomes a technical upgrade", "kind = 'technical'", /no draft any more/],
    ["in review", "is announced without an approval", "announced_at = now()", /second officer/],
    ["approved", "gets another text", other, /no draft any more/],
    ["approved", "is announced with another text", `announced_at = now(), ${other}`, /no draft any more/],
    [
      "approved",
      "is announced for another day",
      "announced_at = now(), effective_at = now() + interval '31 days'",
      /no draft/,
    ],
    [
      "approved",
      "is announced after its day",
      "announced_at = now() + interval '50 days'",
      /time that its kind cannot/,
    ],
    ["approved", "is announced and withdrawn in one step", "announced_at = now(), withdrawn_at = now()", /cannot go/],
    ["announced", "gets another text", other, /cannot change/],
    ["announced", "gets another day", "effective_at = now() + interval '90 days'", /cannot change/],
    ["announced", "is taken back into review", "announced_at = null", /cannot change/],
    ["announced", "becomes a draft again", "announced_at = null, submitted_at = null", /cannot change/],
    ["announced", "gets a reason without being withdrawn", "withdrawn_reason = 'x'", /cannot change/],
    ["in force", "is withdrawn", "withdrawn_at = now()", /taken effect/],
    ["in force", "is withdrawn as of before its effect", "withdrawn_at = now() - interval '9 days'", /taken effect/],
    ["withdrawn", "is taken up again", "withdrawn_at = null", /cannot change/],
    ["withdrawn", "is handed in", "submitted_at = now()", /cannot change/],
    ["withdrawn", "gets another text", other, /cannot change/],
    ["withdrawn", "gets another reason", "withdrawn_reason = 'x'", /cannot change/],
  ];
  it.each(refused)("%s: refuses that it %s", async (state, _what, columns, message) => {
    const id = await make(state);
    await expect(set(id, columns)).rejects.toThrow(message);
  });

  it("goes every lawful way", async () => {
    const id = await make("in review");
    await set(id, "submitted_at = null");
    await set(id, other);
    await set(id, "effective_at = now() + interval '50 days'");
    await set(id, "submitted_at = now()");
    await approve(id);
    await set(id, "announced_at = now()");
    await set(id, "withdrawn_at = now(), withdrawn_reason = 'A mistake.'");
    for (const state of ["draft", "in review", "approved"] as const)
      await set(await make(state), "withdrawn_at = now()");
    const technical = await make("approved", "technical");
    await set(technical, "announced_at = now(), effective_at = now()");
  });

  it("a technical upgrade takes effect when it is recorded, and a change later", async () => {
    const technical = await make("approved", "technical");
    await expect(set(technical, "announced_at = now()")).rejects.toThrow();
    await expect(set(technical, "announced_at = now(), effective_at = now() + interval '1 day'")).rejects.toThrow(
      /kind/,
    );
  });

  it("nothing but an import begins as anything else than a draft, and what was announced is not deleted", async () => {
    for (const column of ["submitted_at", "announced_at", "withdrawn_at"])
      await expect(
        database.sql.unsafe(`insert into policy_versions (id, number, title, markdown, sha256, author_id, effective_at, ${column})
          values ('${newId()}', ${number++}, 'x', 'x', '${sha256Hex("x")}', '${author.staffId}', now() + interval '40 days', now())`),
      ).rejects.toThrow(/begins as a draft/);
    await expect(database.sql`delete from policy_versions where id = ${await make("announced")}`).rejects.toThrow();
  });

  it.each(["in review", "approved", "announced", "withdrawn"] as const)("%s: highlights stand still", async (state) => {
    const id = await make(state);
    const { sql } = database;
    await expect(sql`update policy_highlights set sentence = 'x' where version_id = ${id}`).rejects.toThrow(
      /cannot change/,
    );
    await expect(sql`delete from policy_highlights where version_id = ${id}`).rejects.toThrow(/cannot change/);
    await expect(sql`insert into policy_highlights (id, version_id, kind, clause_id, sentence, position)
      values (${newId()}, ${id}, 'wording', 'about', 'x', 1)`).rejects.toThrow(/cannot change/);
    const draft = await make("draft");
    await expect(
      sql`update policy_highlights set version_id = ${id}, position = 7 where version_id = ${draft}`,
    ).rejects.toThrow(/cannot change/);
    await expect(sql`insert into policy_proposal_decisions (version_id, proposal, decision, decided_by)
      values (${id}, 'x', 'confirmed', ${author.staffId})`).rejects.toThrow(/while the version is a draft/);
  });
});

describe("S15: an approval, in the database", () => {
  it("is given in review only, by another person, an officer, for exactly what is stored", async () => {
    for (const state of ["draft", "announced", "withdrawn"] as const)
      await expect(approve(await make(state))).rejects.toThrow(/in review/);
    const id = await make("in review");
    await expect(approve(id, { approver: author.staffId })).rejects.toThrow(/two_people/);
    await expect(approve(id, { approver: agent.staffId })).rejects.toThrow(/only an officer/);
    // Naming somebody else as the author does not make the author somebody else.
    await expect(approve(id, { author: agent.staffId, approver: author.staffId })).rejects.toThrow(/two_people/);
    await expect(approve(id, { boundTo: "0".repeat(64) })).rejects.toThrow(/something else/);
    await expect(approve(id, { voided: true })).rejects.toThrow(/in review/);
    await approve(id);
    const gone = await makeStaff("officer");
    await database.sql`update staff set disabled_at = now() where id = ${gone.staffId}`;
    await expect(approve(await make("in review"), { approver: gone.staffId })).rejects.toThrow(/only an officer/);
  });

  it("is voided by whatever takes the version out of review, and stays on record as it was", async () => {
    for (const columns of ["submitted_at = null", `submitted_at = null, ${other}`, "withdrawn_at = now()"]) {
      const id = await make("approved");
      expect(await openApprovals(id)).toBe(1);
      await set(id, columns);
      expect(await openApprovals(id)).toBe(0);
    }
    const id = await make("in review");
    const approval = await approve(id);
    const change = (columns: string) =>
      database.sql.unsafe(`update policy_approvals set ${columns} where id = '${approval}'`);
    await expect(change("bound_to = 'x'")).rejects.toThrow(/voided/);
    await expect(change(`voided_at = now(), approver_id = '${agent.staffId}'`)).rejects.toThrow(/voided/);
    await change("voided_at = now()");
    await expect(change("voided_at = null")).rejects.toThrow(/voided/);
    await expect(database.sql`delete from policy_approvals where id = ${approval}`).rejects.toThrow(/on record/);
    await expect(set(id, "announced_at = now()")).rejects.toThrow(/second officer/);
  });

  it("does not cover what was changed past the triggers", async () => {
    const id = await make("approved");
    await past(database.sql, (tx) => tx`update policy_highlights set sentence = 'y' where version_id = ${id}`);
    await expect(set(id, "announced_at = now()")).rejects.toThrow(/second officer/);
  });

  it("binds to the same hash in the database and in the code, whatever is written", async () => {
    // PostgreSQL holds neither NUL nor half of a surrogate pair.
    const text = fc.string({ unit: "binary", maxLength: 40 }).map((raw) => raw.toWellFormed().replaceAll("\0", ""));
    const mark = fc.record({
      kind: fc.constantFrom(...highlightKinds),
      clauseId: text,
      sentence: text,
      oldText: fc.option(text),
      newText: fc.option(text),
      severity: fc.constantFrom(...severities),
      categories: fc.uniqueArray(fc.constantFrom(...policyCategories)),
    });
    const version = fc.record({
      markdown: text,
      kind: fc.constantFrom("change" as const, "technical" as const),
      effectiveAt: fc.option(
        fc.bigInt(-(10n ** 15n), 10n ** 16n).map((micro) => Temporal.Instant.fromEpochNanoseconds(micro * 1000n)),
      ),
      highlights: fc.array(mark, { maxLength: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(version, async ({ markdown, kind, effectiveAt, highlights }) => {
        const id = newId();
        await database.sql`
          insert into policy_versions (id, number, title, markdown, sha256, author_id, kind, effective_at)
          values (${id}, ${number++}, 'x', ${markdown}, ${sha256Hex(markdown)}, ${author.staffId}, ${kind},
                  ${effectiveAt?.toString() ?? null}::text::timestamptz)`;
        for (const [position, one] of highlights.entries())
          await database.sql`
            insert into policy_highlights (id, version_id, kind, clause_id, sentence, old_text, new_text, severity, categories, position)
            values (${newId()}, ${id}, ${one.kind}, ${one.clauseId}, ${one.sentence}, ${one.oldText}, ${one.newText},
                    ${one.severity}, ${one.categories}, ${position})`;
        expect(await hashIn(id)).toBe(boundHash({ markdown, kind, effectiveAt, highlights }));
      }),
      { numRuns: 60 },
    );
  });
});
