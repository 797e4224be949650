import pg from "pg";
import { expect, it } from "vitest";
import { collection, from, mapOf } from "@/test/strangers/shape";
import { strangerPerTest } from "@/test/strangers/try-out";
import { readCatalog } from "../erasure/catalog";
import { referencesOf } from "../erasure/references";
import { neverEmpty } from "./never-empty";

const open = strangerPerTest();

it("names what waits for rows that are kept for longer and cannot be without it", async () => {
  const id = ["integer", { pk: true }] satisfies Parameters<typeof collection>[2][string];
  const rest = { person: ["integer", { refs: [from("people.id")] }], made: "timestamptz" } satisfies Parameters<
    typeof collection
  >[2];
  const link = ["integer", { refs: [from("posts.id", { role: "mentions" })] }] satisfies typeof id | [string, object];
  const columns = "id int primary key, person int, made timestamptz";
  const schema = `create table people (id int primary key, mail text, closed timestamptz);
    create table posts (${columns}); create table likes (${columns}, post int not null references posts);
    create table pins (${columns}, post int references posts); create table views (${columns}, post int not null);
    create table answers (${columns}, post int not null references posts)`;
  const usage = { retention: "usage", since: "made" };
  const map = mapOf({ person: { collection: "people", id: "id", email: "mail", closed: "closed" } }, [
    collection("people", {}, { id, mail: "text", closed: "timestamptz" }),
    collection("posts", usage, { id, ...rest }),
    collection("likes", {}, { id, ...rest, post: link }),
    collection("pins", {}, { id, ...rest, post: link }),
    collection("views", usage, { id, ...rest, post: link }),
    collection("answers", { retention: "communication", since: "made" }, { id, ...rest, post: link }),
  ]);
  const opened = await open({ schema, map });
  const client = new pg.Client({ connectionString: opened.url });
  await client.connect();
  const [system] = opened.map.systems;
  const catalog = system && (await readCatalog(client, system));
  await client.end();
  const found = system && catalog ? neverEmpty(system, catalog, referencesOf(system, catalog)) : [];
  expect(found).toEqual([
    "theirs.posts: rows of usage wait for those of answers (communication), which are kept for longer and point at them by post, which cannot be empty",
    "theirs.posts: rows of usage wait for those of likes (account), which are kept for longer and point at them by post, which cannot be empty",
  ]);
});
