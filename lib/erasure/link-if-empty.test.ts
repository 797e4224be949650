import { expect, it } from "vitest";
import { collection, from, mapOf } from "@/test/strangers/shape";
import { everything, strangerPerTest } from "@/test/strangers/try-out";
import { eraseSubject } from "./erase-subject";

const open = strangerPerTest();

it("a row that becomes the person's once another link of theirs is cut goes, and is counted", async () => {
  const id: [string, { pk: true }] = ["integer", { pk: true }];
  const agent = from("people.id", { role: "mentions" });
  const { map, client } = await open({
    schema: `create table people (id int primary key, mail text, closed timestamptz);
        create table tickets (id int primary key, agent int, asker int);
        insert into people values (1, 'zebra@x.example'), (2, 'lasting@x.example');
        insert into tickets values (1, 1, 1), (2, 2, 1), (3, 1, 2), (4, null, 1);`,
    map: mapOf({ person: { collection: "people", id: "id", email: "mail", closed: "closed" } }, [
      collection("people", {}, { id, mail: "text", closed: "timestamptz" }),
      collection(
        "tickets",
        {},
        {
          id,
          agent: ["integer", { refs: [agent] }],
          asker: ["integer", { refs: [from("people.id", { if_empty: "agent" })] }],
        },
      ),
    ]),
  });
  const subject = { platformUserId: "1", platformCompanyId: null };
  const [done] = await eraseSubject({ map, subject, scope: "person" });
  // Of the second the colleague is the agent, so its asker makes it nobody's and keeps the row that it leads to.
  expect(await everything(client)).toEqual([
    expect.stringMatching(/^public.people 1\|~\|/),
    "public.people 2|lasting@x.example|~",
    "public.tickets 2|2|1",
    "public.tickets 3|~|2",
  ]);
  expect(done?.fates.find(({ collection: one }) => one === "tickets")).toMatchObject({ deleted: 2, unlinked: 1 });
});
