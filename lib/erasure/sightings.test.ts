import { describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { digester, type Suppressed } from "../suppression/record";
import { Sightings } from "./sightings";

// The hashes are made with its master key.
testDatabase();
const hash = (what: "person" | "company", id: string) => digester(1)(what, "theirs", id);

/** The line of a company's closing as the list has it. */
const closing = (company: string, members: string[], reference = "PR-1"): Suppressed => ({
  ...{ n: 1, id: crypto.randomUUID(), at: "2026-01-01T00:00:00Z", reference, scope: "company", key: 1 },
  ...{ person: hash("person", members[0] ?? ""), company: hash("company", company), marks: [], identities: [] },
  ...{ members: members.map((one) => hash("person", one)), before: "", mac: "" },
});

/** What is seen of a platform on which 1 and 3 are in company 7, and 4 in company 8. */
function seen(sightings: Sightings) {
  for (const id of ["7", "8"]) sightings.company(id, "Firm", null);
  for (const [id, companyId] of Object.entries({ 1: "7", 3: "7", 4: "8" }))
    sightings.account({ id, companyId, email: `${id}@x.example`, since: null, isAddress: true }, null);
  return [...sightings.seen()].map(({ scope, id, left, withCompany }) => ({ scope, id, left, withCompany }));
}

describe("who ends with a company that is closed again", () => {
  const company = { scope: "company", id: "7", left: ["3"], withCompany: false };

  it("is whoever was in it, wherever they are, and nobody who had left", () => {
    const sightings = new Sightings("theirs");
    sightings.add(closing("7", ["1", "4"]));
    expect(seen(sightings)).toEqual([company, { scope: "person", id: "4", left: [], withCompany: true }]);
  });

  it("is nobody outside of it while that is at work: they may have left since", () => {
    const sightings = new Sightings("theirs");
    sightings.add(closing("7", ["1", "4"]), true);
    expect(seen(sightings)).toEqual([company]);
  });

  it("is as the newest line of each case says, and the lines of several cases together", () => {
    const sightings = new Sightings("theirs");
    sightings.add(closing("7", ["1", "3", "4"]));
    sightings.add(closing("7", ["1"]));
    expect(seen(sightings)).toEqual([company]);
    const both = new Sightings("theirs");
    both.add(closing("7", ["1"]));
    both.add(closing("7", ["3"], "PR-2"));
    expect(seen(both)).toEqual([{ ...company, left: [] }]);
  });
});
