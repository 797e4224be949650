import { describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { demoPlatformPerTest } from "@/test/demo-platform";
import { holderCtx, makePerson } from "@/test/people";
import { systemCtx } from "../context";
import { homeSystem } from "../data-map/load";
import { notAlone } from "../erasure/not-alone";
import { valuesOf } from "../policy/values";
import { linkGoes, previewDeletion, whyItStays } from "./preview-deletion";
import { submitDeletion } from "./submit-deletion";

testDatabase();
const platform = demoPlatformPerTest();
const asSystem = systemCtx("test");

async function noor() {
  const { rows } = await platform.client.query<{ id: string; company_id: string }>(
    "select id, company_id from users where email like 'noor.haddad@%'",
  );
  if (!rows[0]) throw new Error("the demo has no noor");
  const [{ id, company_id }] = rows as [{ id: string; company_id: string }];
  return { platformUserId: id, platformCompanyId: company_id };
}
/** On the platform, after they signed in. */
const become = (id: string, role: string) =>
  platform.client.query("update users set role = $2 where id = $1", [id, role]);

describe("who owns the company is asked of the platform", () => {
  it("the only owner of a company with others has something to settle, also who became it since they signed in", async () => {
    const subject = await noor();
    expect((await previewDeletion(asSystem, subject, "person")).blockers).toEqual(["sole-owner"]);
    await become(subject.platformUserId, "office");
    expect((await previewDeletion(asSystem, subject, "person")).blockers).toEqual([]);
    await become(subject.platformUserId, "owner");
    // And of the company in which they work now, whichever it was at the sign-in.
    const moved = { ...subject, platformCompanyId: null };
    expect((await previewDeletion(asSystem, moved, "person")).blockers).toEqual(["sole-owner"]);
  });

  it("who owns it no more is told so, sees nothing of it, and plans nothing", async () => {
    const subject = await noor();
    await become(subject.platformUserId, "office");
    expect(await previewDeletion(asSystem, subject, "company")).toEqual({
      ...{ scope: "company", items: [], blockers: ["not-owner"] },
    });
    const personId = await makePerson({ ...subject, platformOwner: true });
    const confirmation = `p-${personId}@example.test`;
    expect(await submitDeletion(holderCtx(personId), { scope: "company", confirmation })).toEqual({
      ...{ ok: false, reason: "not-allowed" },
    });
  });
});

describe("L6: of whatever is kept it says why and until when, also where the map would not keep it", () => {
  it("records that others need too", async () => {
    const { items } = await previewDeletion(asSystem, await noor(), "person");
    const kept = items.filter(({ action, collection }) => action === "keep" && collection !== "companies");
    expect(kept.map(({ collection, ground, keptFor }) => ({ collection, ground, keptFor }))).toEqual([
      {
        ...{ collection: "schedule_entries", keptFor: "7 years after account closure" },
        ground: "It is not yours alone: others, such as your company, need it.",
      },
      {
        ...{ collection: "platform_messages", keptFor: "3 years after creation" },
        ground: "It is not yours alone: others, such as your company, need it.",
      },
    ]);
  });
});

it("says of a row that stays without its link why it stays, and not why the map would delete it", () => {
  const home = homeSystem();
  const conversations = home.collections.find(({ name }) => name === "support_conversations");
  if (!conversations) throw new Error("the demo has no conversations");
  expect(conversations.erasure.person).toMatchObject({ action: "delete", ground: "No longer needed" });
  const asked = { scope: "person" as const, home, values: valuesOf(1) };
  expect(whyItStays(conversations, asked)).toBe("It is not yours alone: others, such as your company, need it.");
});

it("names a company only where one can need the row", () => {
  const home = homeSystem();
  const notes = { name: "notes", scope: "both" as const };
  expect(notAlone(home, notes, "person").page).toContain("your company");
  const { company: _, ...withoutCompanies } = home;
  expect(notAlone(withoutCompanies as typeof home, notes, "person")).toEqual({
    page: "It is not yours alone: others need it.",
    receipt: "Not the person's alone: others need it.",
  });
  expect(notAlone(home, notes, "company").receipt).toBe("Not the company's alone: others need it.");
});

it("a ground that is a sentence is followed by one full stop", () => {
  expect(linkGoes("Other people share it.")).toBe("Other people share it. The link to you goes.");
  expect(linkGoes("Other people share it")).toBe("Other people share it. The link to you goes.");
  expect(linkGoes(null)).toBe("It is not yours alone. The link to you goes.");
});
