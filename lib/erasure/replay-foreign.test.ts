import { afterEach, beforeEach, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { foreignMap } from "@/test/foreign-platform";
import { openForeignPlatform } from "@/test/open-foreign-platform";
import { emptyList } from "@/test/suppressions";
import { systemCtx } from "../context";
import { companyMembers } from "../data-map/company-members";
import { homeSystem } from "../data-map/load";
import { parseMap } from "../data-map/parse";
import type { DataMap, Scope } from "../data-map/types";
import { newReference } from "../ids";
import { suppress } from "../suppression/suppress";
import { eraseSubject } from "./erase-subject";
import { readBefore } from "./read-before";
import { replayErasures } from "./replay-erasures";

// Two systems that nobody made for this engine, one of which knows no people: only identities lead there.

const trustCenter = testDatabase();
const ctx = systemCtx("test");
const map: DataMap = { systems: parseMap("club.yml", foreignMap) };
let platform: Awaited<ReturnType<typeof openForeignPlatform>>;

beforeEach(async () => {
  await emptyList(trustCenter.sql);
  platform = await openForeignPlatform();
});
afterEach(() => platform.close());

it.each<Scope>(["person", "company"])("R9: both systems are as the erasure left them (%s scope)", async (scope) => {
  const subject = { platformUserId: "m1", platformCompanyId: "1" };
  const whole = await platform.dump();
  const { identities, marks } = await readBefore(map, subject, scope);
  const members = scope === "company" ? await companyMembers("1", homeSystem(map)) : null;
  await suppress(ctx, {
    ...{ reference: newReference(), scope, system: "club", person: "m1", members, marks, identities },
    company: scope === "company" ? "1" : null,
  });
  await eraseSubject({ map, subject, scope });
  const erased = await platform.dump();
  expect(erased).not.toEqual(whole);
  await platform.close();
  platform = await openForeignPlatform();
  expect(await platform.dump()).toEqual(whole);
  expect(await replayErasures(ctx, map)).toMatchObject({ found: 1, failures: [] });
  expect(await platform.dump()).toEqual(erased);
  expect(await replayErasures(ctx, map)).toMatchObject({ found: 0, failures: [] });
  expect(await platform.dump()).toEqual(erased);
});

it("R9: the second system alone, brought back, is found by addresses whose account is gone", async () => {
  const subject = { platformUserId: "m1", platformCompanyId: "1" };
  const { identities, marks } = await readBefore(map, subject, "person");
  await suppress(ctx, {
    ...{ reference: newReference(), scope: "person", system: "club", person: "m1", company: null },
    ...{ members: null, marks, identities },
  });
  await platform.client.query(`delete from "Club Data"."Member List" where uid = 'm1'`);
  const subscribers = async () =>
    (await platform.client.query("select address from public.subscribers order by 1")).rows.map(
      ({ address }) => address,
    );
  expect(await subscribers()).toEqual(["ME@club.example", "three@club.example"]);
  expect(await replayErasures(ctx, map)).toMatchObject({ found: 1, failures: [] });
  expect(await subscribers()).toEqual(["three@club.example"]);
});
