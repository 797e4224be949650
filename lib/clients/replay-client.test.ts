import { beforeEach, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { fieldOf } from "@/test/random-platform";
import { shopAndPost, shopAndPostPerTest } from "@/test/strangers/shop-and-post";
import { emptyList } from "@/test/suppressions";
import { systemCtx } from "../context";
import { clientIdentities } from "../data-map/find-clients";
import { homeSystem } from "../data-map/load";
import { eraserUrl } from "../erasure/eraser-url";
import { replayErasures } from "../erasure/replay-erasures";
import { eraseInSystem } from "../erasure/run-system";
import { newId } from "../ids";
import { suppress } from "../suppression/suppress";
import { clientOrders } from "./client-order";

// A shop's customer whom it had erased, brought back by a restore of both systems, or of one of them.

const database = testDatabase();
const { restore, rows, query } = shopAndPostPerTest();
const ctx = systemCtx("test");
const map = shopAndPost();
beforeEach(() => emptyList(database.sql));

const tables = ["customers", "post.letters", "post.pages", "post.cards", "post.calls", "post.subscribers"];
async function everything(): Promise<string[]> {
  const all: string[] = [];
  for (const table of tables) all.push(...(await rows(table)));
  return all;
}

/** Erases customer 7 of shop 1, as the job does it. @returns what is there then */
async function erased(): Promise<string[]> {
  const identities = await clientIdentities("1", "7", homeSystem(map));
  await suppress(ctx, {
    ...{ reference: newId(), scope: "client", system: "shop", person: "7", company: "1", members: null },
    ...{ marks: ["Zebra", "z@x.example"], identities },
  });
  for (const order of await clientOrders(map, { clientId: "7", companyId: "1" }, identities))
    await eraseInSystem(eraserUrl(order.system) ?? "", order);
  return everything();
}

it.each([[["public", "post"]], [["public"]], [["post"]]] as const)(
  "R9: goes again where %s was brought back",
  async (which) => {
    const after = await erased();
    expect(await replayErasures(ctx, map)).toMatchObject({ listed: 1, found: 0, failures: [] });
    await restore([...which]);
    const before = await everything();
    expect(before).not.toEqual(after);
    expect(await replayErasures(ctx, map, { dryRun: true })).toMatchObject({ found: 1, failures: [] });
    expect(await everything()).toEqual(before);
    expect(await replayErasures(ctx, map)).toMatchObject({ found: 1, failures: [] });
    expect(await everything()).toEqual(after);
    expect(await replayErasures(ctx, map)).toMatchObject({ found: 0, failures: [] });
    expect(await everything()).toEqual(after);
  },
);

it("R9: who was called otherwise then is known by their id", async () => {
  const after = await erased();
  await restore(["public"]);
  await query("update public.customers set name = 'Before', mail = 'before@x.example' where no = 7");
  expect(await replayErasures(ctx, map)).toMatchObject({ found: 1, failures: [] });
  expect(await everything()).toEqual(after);
});

it("whose id is another shop's customer by now stays, and what is held of that one", async () => {
  await erased();
  await restore();
  await query("update public.customers set shop = 2 where no = 7");
  const before = await everything();
  expect(await replayErasures(ctx, map)).toMatchObject({ found: 0, failures: [] });
  expect(await everything()).toEqual(before);
});

it("to whom the id was given later in the same shop stays, and what is held of them", async () => {
  await erased();
  await restore(["post"]);
  await query("alter table public.customers add came timestamptz");
  await query("insert into public.customers values (7, 1, 'New', 'new@x.example', now() + interval '1 hour')");
  const systems = map.systems.map((system) => ({
    ...system,
    collections: system.collections.map((one) =>
      one.name === "customers"
        ? { ...one, since: "came", fields: [...one.fields, fieldOf("came", "timestamptz")] }
        : one,
    ),
  }));
  const before = await everything();
  expect(await replayErasures(ctx, { systems })).toMatchObject({ found: 0, failures: [] });
  expect(await everything()).toEqual(before);
});

it("an address by which the shop knows somebody else by now leads to nothing of theirs", async () => {
  await erased();
  await restore(["post"]);
  await query("insert into public.customers values (11, 1, 'Later', 'z@x.example')");
  const letters = await rows("post.letters");
  expect(await replayErasures(ctx, map)).toMatchObject({ found: 1, failures: [] });
  expect(await rows("post.letters")).toEqual(letters);
  expect(await rows("post.cards")).toEqual(["(77,,3)", "(8,,2)"]);
});
