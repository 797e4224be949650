import { randomBytes } from "node:crypto";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createDatabase, dropDatabase } from "@/test/database";
import { copyRows, type RowBlock } from "../data-map/copy-rows";
import { type FileColumn, mediaTypeOf, pieceBytes, piecesSql, repeatedSql, withPaths } from "./file-columns";
import { readFiles } from "./read-files";
import { columnsOf } from "./select";

let database = { name: "", url: "" };
let client: pg.Client;
beforeAll(async () => {
  database = await createDatabase();
  client = new pg.Client({ connectionString: database.url });
  client.on("error", () => {});
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await dropDatabase(database.name);
});

const column = (more: Partial<FileColumn> = {}): FileColumn => ({
  field: "body",
  folder: "things-body",
  name: "title",
  mediaType: "kind",
  key: [{ name: "id", plain: true }],
  ...more,
});

async function filesOf(select: string, file: FileColumn) {
  const files: { path: string; name: string | null; body: Buffer }[] = [];
  let waiting = 0;
  async function* counted(): AsyncGenerator<RowBlock> {
    for await (const block of copyRows(client, piecesSql(select, file), "binary")) {
      waiting++;
      const release = () => {
        waiting--;
        block.release();
      };
      yield { ...block, release };
    }
  }
  if ((await client.query(repeatedSql(select, file))).rowCount) throw new Error("twice");
  for await (const { path, name, content } of readFiles(counted())) {
    const body: Buffer[] = [];
    for await (const { bytes, release } of content) {
      expect(bytes.length).toBeLessThanOrEqual(pieceBytes);
      body.push(Buffer.from(bytes));
      release();
    }
    files.push({ path, name, body: Buffer.concat(body) });
  }
  // Whoever reads in blocks gives every one of them back.
  expect(waiting).toBe(0);
  return files;
}

describe("files of a column", () => {
  const large = randomBytes(3 * pieceBytes + 17);
  const exact = randomBytes(2 * pieceBytes);
  const hostile = [
    "../../etc/passwd",
    "=cmd|' /C calc'!A0",
    "</script><img src=x>",
    "\u202egnp.exe",
    "a/b\\c\n",
    "",
    "x".repeat(1e6),
  ];

  it("S23: come whole under names of ours, whatever they were called and however large they are", async () => {
    await client.query("create table things (id int primary key, title text, kind text, body bytea)");
    const bodies = [large, exact, Buffer.alloc(0), Buffer.from([0]), randomBytes(200), null, randomBytes(50_000)];
    for (const [at, body] of bodies.entries())
      await client.query("insert into things values ($1, $2, $3, $4)", [
        at - 2,
        hostile[at],
        ["image/png; x=1", "TEXT/HTML", null][at % 3],
        body,
      ]);
    const select = "select * from things order by id";
    const files = await filesOf(select, column());
    expect(files.map(({ path }) => path)).toEqual(
      [-2, -1, 0, 1, 2, 4].map((id, at) => `files/things-body/${id}.${[0, 3, 5].includes(at) ? "png" : "bin"}`),
    );
    const whole = bodies.filter((body) => body !== null);
    expect(files.map(({ body }, at) => body.equals(whole[at] ?? Buffer.from("none")))).toEqual(whole.map(() => true));
    expect(files.map(({ name }) => name)).toEqual(
      hostile.filter((_, at) => bodies[at] !== null).map((name) => name.slice(0, 255)),
    );
    const { rows } = await client.query<{ body: string | null }>(
      withPaths(select, await columnsOf(client, select), [column()]),
    );
    expect(rows.map(({ body }) => body)).toEqual(
      [-2, -1, 0, 1, 2, 3, 4].map((id) => files.find(({ path }) => path.includes(`/${id}.`))?.path ?? null),
    );
  });

  it("are named by a hash of the key where the key is text or more than one column", async () => {
    await client.query(`create table notes ("the ""key" text, n int, body bytea, primary key ("the ""key", n));
      insert into notes values ('../x', 1, 'a'), ('../x', 2, 'b'), ('.', 1, 'c')`);
    const file = column({
      name: null,
      mediaType: null,
      key: [
        { name: 'the "key', plain: false },
        { name: "n", plain: true },
      ],
    });
    const files = await filesOf("select * from notes", file);
    for (const { path } of files) expect(path).toMatch(/^files\/things-body\/[0-9a-f]{32}\.bin$/);
    expect(new Set(files.map(({ path }) => path)).size).toBe(3);
    expect(files.map(({ name, body }) => [name, body.toString()])).toEqual([
      [null, "a"],
      [null, "b"],
      [null, "c"],
    ]);
  });

  it("are refused when the key of the map is none, or a piece is missing, rather than mixed up", async () => {
    await client.query(
      "create table twice (id int, title text, kind text, body bytea); insert into twice select 1, 't', null, 'x' from generate_series(1, 2)",
    );
    await expect(filesOf("select * from twice", column())).rejects.toThrow("twice");
    const client2 = new pg.Client({ connectionString: database.url });
    await client2.connect();
    const torn = `select * from (${piecesSql("select 7 as id, 't' as title, 'k' as kind, decode(repeat('00', 3000000), 'hex') as body", column())}) p where piece <> 1`;
    const read = async () => {
      for await (const { content } of readFiles(copyRows(client2, torn, "binary")))
        for await (const { release } of content) release();
    };
    await expect(read()).rejects.toThrow("missing");
    await client2.end().catch(() => {});
  });

  it("S23: no ending makes a page or a program of what somebody uploaded", () => {
    for (const path of ["a.html", "a.svg", "a.exe", "a.bin", "a"])
      expect(mediaTypeOf(path)).toBe("application/octet-stream");
    expect(mediaTypeOf("files/x/1.jpg")).toBe("image/jpeg");
  });
});
