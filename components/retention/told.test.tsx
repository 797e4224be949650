import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import type { KeptItem } from "@/lib/retention/kept-for-person";
import type { RunView } from "@/lib/retention/queries";
import { KeptTable } from "./kept-table";
import { RuleEvidence } from "./rule-state";
import { RunTable } from "./run-table";

const text = (html: string) => html.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ");
const at = Temporal.Instant.from("2026-06-01T00:00:00Z");

describe("what is said of keeping", () => {
  it("names no day in the past as the one until which something stays", () => {
    const item: KeptItem = {
      ...{ key: "theirs/visits", label: "Visits", category: null, rows: 2, rule: "2 years after creation" },
      ...{ until: at, isOver: true, first: true, whileOpen: null },
    };
    const told = (one: KeptItem) => text(renderToStaticMarkup(<KeptTable items={[one]} zone="UTC" caption="Kept" />));
    expect(told(item)).toMatch(/the oldest was over on .*2026 : it goes with the next sweep, or once nothing/);
    expect(told({ ...item, isOver: false })).toMatch(/the oldest until .*2026 , the others after it/);
  });

  it("tells what a sweep left over with what it deleted", () => {
    const standing = { at, gone: 5, emptied: 0, held: 1, waiting: 2, leftOver: 3, late: null };
    const told = (leftOver: number) =>
      text(renderToStaticMarkup(<RuleEvidence rule={{ standing: { ...standing, leftOver } }} />));
    expect(told(3)).toContain("5 deleted, 1 on hold, 2 waiting, 3 left over.");
    expect(told(0)).toContain("5 deleted, 1 on hold, 2 waiting.");
  });

  it("says beforehand what would be emptied too", () => {
    const run = {
      ...{ id: "1", system: "theirs", collection: "logins", label: "Logins", rule: "usage", accounts: 0, deleted: 0 },
      ...{ estimated: 0, partitions: 0, emptied: 7, held: 0, waiting: 0, waitsFor: [], leftOver: 0, oldest: null },
    } as unknown as RunView;
    const told = (one: RunView) => text(renderToStaticMarkup(<RunTable runs={[one]} caption="Dry run" would />));
    expect(told(run)).toMatch(/Would be emptied.* 7 /);
    // What is in closed accounts is counted as they end.
    expect(told({ ...run, accounts: 2, emptied: 0 })).toMatch(/ 2 with the accounts with the accounts 0 /);
  });
});
