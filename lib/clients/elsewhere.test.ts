import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { shopAndPost, shopAndPostPerTest } from "@/test/strangers/shop-and-post";
import type { DataMap } from "../data-map/types";
import { eraserUrl } from "../erasure/eraser-url";
import { eraseInSystem } from "../erasure/run-system";
import { clientOrders } from "./client-order";

// What other systems hold about a company's customer: found by the id they were given, or by an address beside the company's id.

const { rows, query } = shopAndPostPerTest();

it("L11: a client goes from the other systems too, and another company's of the same address stays", async () => {
  const identities = new Map([
    ["client_id", ["7"]],
    ["email", ["z@x.example"]],
  ]);
  const orders = await clientOrders(shopAndPost(), { clientId: "7", companyId: "1" }, identities);
  expect(orders.map(({ system }) => system.name)).toEqual(["post", "shop"]);
  for (const order of orders) await eraseInSystem(eraserUrl(order.system) ?? "", order);
  expect(await rows("customers")).toEqual([
    "(10,2,Theirs,theirs@x.example)",
    '(8,2,"Same address",Z@x.example)',
    "(9,1,Another,another@x.example)",
  ]);
  expect(await rows("post.letters")).toEqual([
    '(2,2,z@x.example,"of the other shop")',
    '(3,,z@x.example,"of nobody knows whom")',
  ]);
  expect(await rows("post.pages")).toEqual(["(,)", "(2,theirs)"]);
  expect(await rows("post.cards")).toEqual(["(77,,3)", "(8,,2)"]);
  // A call with another customer of the company is that one's too; whoever is another company's only is nobody here.
  expect(await rows("post.calls")).toEqual(["(1,1,,Another@x.example)", "(4,2,z@x.example,theirs@x.example)"]);
  expect(await rows("post.subscribers")).toEqual(["(z@x.example)"]);
});

it("what another customer of the shop goes by too stays while that one does", async () => {
  await query("insert into public.customers values (11, 1, 'Same household', 'Z@x.example')");
  const identities = (id: string) =>
    new Map([
      ["client_id", [id]],
      ["email", ["z@x.example"]],
    ]);
  const erase = async (id: string) => {
    for (const order of await clientOrders(shopAndPost(), { clientId: id, companyId: "1" }, identities(id)))
      await eraseInSystem(eraserUrl(order.system) ?? "", order);
  };
  const before = [...(await rows("post.letters")), ...(await rows("post.calls"))];
  await erase("7");
  expect([...(await rows("post.letters")), ...(await rows("post.calls"))]).toEqual(before);
  expect(await rows("post.cards")).toEqual(["(77,,3)", "(8,,2)"]);
  await erase("11");
  expect(await rows("post.letters")).toEqual([
    '(2,2,z@x.example,"of the other shop")',
    '(3,,z@x.example,"of nobody knows whom")',
  ]);
});

it("a hash is made with the installation's secret: nobody can try addresses", async () => {
  const hashed = (map: DataMap) => ({
    systems: map.systems.map((system) => ({
      ...system,
      collections: system.collections.map((one) => ({
        ...one,
        ...(one.name === "customers" ? { client: one.client && { ...one.client, erasure: keep } } : {}),
        fields: one.fields.map((each) =>
          each.name === "mail" ? { ...each, client: { action: "anonymise" as const, by: "hash" as const } } : each,
        ),
      })),
    })),
  });
  const keep = { action: "anonymise" as const, ground: "Kept without them" };
  for (const order of await clientOrders(hashed(shopAndPost()), { clientId: "7", companyId: "1" }, new Map()))
    if (order.system.name === "shop") await eraseInSystem(eraserUrl(order.system) ?? "", order);
  const { rows: found } = await query("select mail from public.customers where no = 7");
  expect(found[0].mail).toMatch(/^erased-[0-9a-f]+$/);
  const plain = createHash("sha256").update("z@x.example").digest("hex");
  expect(plain).not.toContain(found[0].mail.slice("erased-".length));
});

it("a map that finds clients by an address alone is refused with its place", () => {
  expect(() => shopAndPost("")).toThrow(
    /letters\.trust\.client: is found by email, which clients of several companies may share/,
  );
});
