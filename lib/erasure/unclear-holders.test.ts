import { expect, it } from "vitest";
import { collection, from, mapOf, to } from "@/test/strangers/shape";
import { checked, everything, strangerPerTest } from "@/test/strangers/try-out";
import { eraseSubject } from "./erase-subject";

// References `to` that are written down at the end which others point at, where no key says so.

const open = strangerPerTest();
const person = { collection: "people", id: "id", email: "mail", closed: "closed" };
const subject = { platformUserId: "1", platformCompanyId: null };
const mail: [string, { identity: string; follow: true }] = ["text", { identity: "email", follow: true }];

const forum = (trust: Record<string, unknown>, more = "") => ({
  schema: `create table people (id int, mail text, closed timestamptz); create table posts (id int, person int, words text);
    create table likes (post int not null, person int);
    insert into people values (1, 'zebra@x.example'), (2, 'lasting@x.example'); insert into posts values (1, 1, 'zebra'), (2, 2, 'lasting');
    insert into likes values (1, 2), (2, 1), (1, 1), (2, 2); ${more}`,
  map: mapOf({ person }, [
    collection("people", {}, { id: ["integer", { refs: [to("posts.person")] }], mail, closed: "timestamptz" }),
    collection(
      "posts",
      {},
      {
        id: ["integer", { refs: [to("likes.post", { role: "mentions", ...trust })] }],
        ...{ person: "integer", words: "text" },
      },
    ),
    collection("likes", {}, { post: "integer", person: ["integer", { refs: [from("people.id")] }] }),
  ]),
});
it("without keys the check asks who holds it, and what the map then says is done", async () => {
  const asked = await open(forum({}));
  expect(await checked(asked.map)).toEqual([
    "unclear holder theirs: public.posts.id: nothing says that the reference `to` likes is held here; if likes.post holds it, write it there as `from` posts.id, else say `holder: here`",
  ]);
  const { map, client } = await open(forum({ holder: "there" }));
  expect(await checked(map)).toEqual([]);
  await eraseSubject({ map, subject, scope: "person" });
  expect(await everything(client)).toEqual([
    // Another's like of what is gone is theirs, and cannot be without it: the post stays, emptied.
    ...["public.likes 1|2", "public.likes 2|2"],
    "public.people 2|lasting@x.example|~",
    ...["public.posts 1|~|~", "public.posts 2|2|lasting"],
  ]);
});

it.each([
  "create unique index on posts (id)",
  "alter table posts add unique (id); alter table likes add foreign key (post) references posts (id)",
])("asks where the database has a key on this end: %s", async (more) => {
  const { map } = await open(forum({}, more));
  expect(await checked(map)).toEqual([expect.stringMatching(/^unclear holder theirs: public\.posts\.id/)]);
});

const profile = (trust: Record<string, unknown>) => ({
  schema: `create table people (id int primary key, mail text, closed timestamptz); create table profiles (person int primary key, words text);
    insert into people values (1, 'zebra@x.example'), (2, 'lasting@x.example'); insert into profiles values (1, 'zebra'), (2, 'lasting')`,
  map: mapOf({ person }, [
    collection(
      "people",
      {},
      {
        ...{ id: ["integer", { pk: true, refs: [to("profiles.person", trust)] }], mail, closed: "timestamptz" },
      },
    ),
    collection(
      "profiles",
      { retention: "work-orders", erasure: { action: "keep", ground: "Tax law", until: "work-orders" } },
      { person: ["integer", { pk: true }], words: "text" },
    ),
  ]),
});

it("two keys, as of an account and its profile, are asked about too", async () => {
  expect(await checked((await open(profile({}))).map)).toEqual([
    expect.stringMatching(/^unclear holder .*profiles\.person/),
  ]);
  const { map, client } = await open(profile({ holder: "there" }));
  expect(await checked(map)).toEqual([]);
  await eraseSubject({ map, subject, scope: "person" });
  expect(await everything(client)).toEqual([
    expect.stringMatching(/^public.people 1\|~\|20/),
    "public.people 2|lasting@x.example|~",
    "public.profiles 1|zebra",
    "public.profiles 2|lasting",
  ]);
});
