import { expect, it } from "vitest";
import { collection, from, mapOf } from "@/test/strangers/shape";
import { strangerPerTest } from "@/test/strangers/try-out";
import { eraseSubject, previewErasure } from "./erase-subject";

// A platform whose links stand in the map alone has no index on them, and no two people have as many rows.

const open = strangerPerTest();
const link = (field: string, trust = {}): [string, { refs: Record<string, unknown>[] }] => [
  "integer",
  { refs: [from(field, trust)] },
];

it("somebody of whom there is far more than of others takes no longer than to look at all rows some times", async () => {
  const { map, client } = await open({
    schema: `create table people (id int primary key, mail text);
      create table posts (id int, person int, answers int);
      insert into people select n, 'p' || n || '@x.example' from generate_series(1, 20000) n;
      insert into posts select n, case when n % 20 = 0 then 1 else n % 20000 end, case when n % 3 = 0 then n - 1 end from generate_series(1, 200000) n;
      analyze`,
    map: mapOf({ person: { collection: "people", id: "id", email: "mail" } }, [
      collection("people", {}, { id: ["integer", { pk: true }], mail: "text" }),
      collection(
        "posts",
        {},
        { id: "integer", person: link("people.id"), answers: link("posts.id", { role: "mentions" }) },
      ),
    ]),
  });
  const subject = { platformUserId: "1", platformCompanyId: null };
  // The statement, that is: each of ten thousand posts was compared with each of two hundred thousand.
  const previewed = await previewErasure({ map, subject, scope: "person" }, 10);
  expect(previewed[0]?.fates).toContainEqual(expect.objectContaining({ collection: "posts", deleted: 10_010 }));
  await eraseSubject({ map, subject, scope: "person" });
  expect((await client.query("select 1 from public.posts where person = 1")).rowCount).toBe(0);
});
