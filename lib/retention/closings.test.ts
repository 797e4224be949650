import { expect, it } from "vitest";
import { shop } from "@/test/strangers/shop";
import { strangerPerTest } from "@/test/strangers/try-out";
import { homeSystem } from "../data-map/load";
import { closings } from "./closings";

const open = strangerPerTest();

it.each(["seconds", "milliseconds", "text"])("a closing that the platform keeps as %s is told", async (time) => {
  const { schema, map } = shop;
  const opened = await open({ schema, map: map.replace(`"time":"milliseconds"`, `"time":"${time}"`) });
  if (time === "text") await opened.client.query("alter table public.customer alter closed_ms type text");
  const value = { seconds: "1700000000", milliseconds: "1700000000000", text: "'2023-11-14T22:13:20Z'" }[time];
  await opened.client.query(`update public.customer set closed_ms = ${value} where id = 1`);
  const home = homeSystem(opened.map);
  const of = (platformUserId: string) => closings(home, { platformUserId, platformCompanyId: "c" });
  expect(String((await of("1")).person)).toBe("2023-11-14T22:13:20Z");
  expect(await of("2")).toEqual({ person: null, company: null });
});
