import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import fc from "fast-check";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createDatabase, dropDatabase } from "@/test/database";
import { columnsOf, csvCells, isDefused, jsonLines } from "../exports/select";
import { type CopyOptions, copyRows } from "./copy-rows";

let database = { name: "", url: "" };
let client: pg.Client;
beforeAll(async () => {
  database = await createDatabase();
  client = new pg.Client({ connectionString: database.url });
  client.on("error", () => {});
  await client.connect();
  await client.query(`create type mood as enum ('=cmd', '-1', 'fine');
    create table t (n serial, words text, spaced json, tree jsonb, many text[], feeling mood, amount numeric, code char(3))`);
});
afterAll(async () => {
  await client.end();
  await dropDatabase(database.name);
});

async function lines(select: string, form: "json-lines" | "csv", options?: CopyOptions, by = client) {
  let text = "";
  let rows = 0;
  for await (const block of copyRows(by, select, form, options)) {
    // Every block ends at a row's end, so that a file can be cut there.
    expect(block.bytes.at(-1)).toBe(0x0a);
    text += block.bytes.toString("utf8");
    rows += block.rows;
    block.release();
  }
  return { text, rows };
}

/**
 * A way to a database by which an answer comes in one piece and the word that it ended (ReadyForQuery) in another, as it may by any
 * network: Postgres sends an error before that.
 */
async function readyApart(url: string) {
  const { hostname, port } = new URL(url);
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    let answer = Buffer.alloc(0);
    let timer: NodeJS.Timeout | undefined;
    const send = () => {
      const isEnded = answer.length > 6 && answer.subarray(-6, -1).equals(Buffer.from([0x5a, 0, 0, 0, 5]));
      const at = answer.length - (isEnded ? 6 : 0);
      near.write(answer.subarray(0, at));
      answer = answer.subarray(at);
      if (isEnded) timer = setTimeout(send, 100);
    };
    far.on("data", (bytes: Buffer) => {
      answer = Buffer.concat([answer, bytes]);
      clearTimeout(timer);
      timer = setTimeout(send, 50);
    });
    near.pipe(far);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("error", () => {});
    }
    near.on("close", () => far.destroy());
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const through = new URL(url);
  through.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: through.href,
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((done) => server.close(done));
    },
  };
}

/** RFC 4180, strictly; null is an empty cell without quotes, as Postgres writes it. */
function parseCsv(text: string): (string | null)[][] {
  const rows: (string | null)[][] = [[]];
  const cell = /("(?:[^"]|"")*"|[^",\n]*)(,|\n)/gy;
  for (let found = cell.exec(text); found; found = cell.exec(text)) {
    const [, raw = "", end] = found;
    const value = raw.startsWith('"') ? raw.slice(1, -1).replaceAll('""', '"') : raw === "" ? null : raw;
    rows.at(-1)?.push(value);
    if (end === "\n") rows.push([]);
  }
  return rows.slice(0, -1);
}

const hostile = fc.oneof(
  fc.string({ unit: "binary", maxLength: 30 }).filter((text) => text.isWellFormed() && !text.includes("\u0000")),
  fc
    .tuple(
      fc.constantFrom("=", "+", "-", "@", "\t", "\r", "\n", "'", "＝", "''=", '"', ",", "\\.", "</script>", "\u202e"),
      fc.string(),
    )
    .map(([start, rest]) => (start + rest).replaceAll("\u0000", "")),
  fc.constant(null),
);

describe("the writers of rows", () => {
  it("S22, S23: give every hostile value back exactly, from JSON and from CSV, in blocks of any size", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(hostile, { minLength: 1, maxLength: 12 }),
        fc.constantFrom(64, 300, 5000),
        async (values, blockBytes) => {
          await client.query("truncate t restart identity");
          await client.query(
            `insert into t (words, spaced, tree, many, feeling, amount)
           select v, ('{ "a" :' || E'\\n\\r\\t' || to_json(v)::text || ' }')::json, jsonb_build_object('k', v), array[v, null, '-'], '-1', -1.50
           from unnest($1::text[]) v`,
            [values],
          );
          const select = "select words, spaced, tree, many, feeling, amount from t order by n";
          const columns = await columnsOf(client, select);
          const json = await lines(jsonLines(select, columns), "json-lines", { blockBytes, blocks: 2 });
          const parsed = json.text
            .split("\n")
            .slice(0, -1)
            .map((line) => JSON.parse(line));
          const expected = values.map((value) => ({
            words: value,
            spaced: value === null ? null : { a: value },
            tree: { k: value },
            many: [value, null, "-"],
            feeling: "-1",
            amount: -1.5,
          }));
          expect(parsed).toEqual(expected);
          expect(json.rows).toBe(values.length);

          const csv = await lines(csvCells(select, columns), "csv", { blockBytes, blocks: 2 });
          const [head, ...cells] = parseCsv(csv.text);
          expect(head).toEqual(["words", "spaced", "tree", "many", "feeling", "amount"]);
          expect(csv.rows).toBe(values.length);
          expect(cells.map(([words]) => words?.replace(/^'/, "") ?? null)).toEqual(values);
          for (const row of cells) {
            for (const [at, value] of row.entries())
              if (columns[at]?.name !== "amount") expect(value ?? "").not.toMatch(/^[=+\-@\t\r\n＝＋－＠]/);
            expect(row.slice(4)).toEqual(["'-1", "-1.50"]);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it("gives whole rows of a table that has a column called as we call the table", async () => {
    const select = "select 1 as t, 'x' as words";
    const { text } = await lines(jsonLines(select, await columnsOf(client, select)), "json-lines", {
      ...{ blockBytes: 4096, blocks: 2 },
    });
    expect(JSON.parse(text)).toEqual({ t: 1, words: "x" });
  });

  it("hands over rows larger than any block, and many rows slowly, without losing one", async () => {
    const select =
      "select repeat('x', case when n % 7 = 0 then 300000 else n end) as words from generate_series(1, 60) n";
    const { text, rows } = await lines(jsonLines(select, await columnsOf(client, select)), "json-lines", {
      blockBytes: 4096,
      blocks: 2,
    });
    expect(rows).toBe(60);
    expect(
      text
        .split("\n")
        .slice(0, -1)
        .map((line) => (JSON.parse(line) as { words: string }).words.length),
    ).toEqual(Array.from({ length: 60 }, (_, n) => ((n + 1) % 7 === 0 ? 300_000 : n + 1)));
    // However much the database could send, a slow reader has few blocks at any time.
    let seen = 0;
    const memory = new Set<ArrayBufferLike>();
    const slow = "select n, repeat('y', 200) from generate_series(1, 50000) n";
    for await (const block of copyRows(client, slow, "csv", { blockBytes: 65_536, blocks: 2 })) {
      seen += block.rows;
      memory.add(block.bytes.buffer);
      await new Promise((done) => setTimeout(done, 1));
      block.release();
    }
    expect(seen).toBe(50_000);
    expect(memory.size).toBeLessThanOrEqual(5);
  });

  it("says what the database said when it fails in the middle, and leaves the connection usable", async () => {
    const broken = lines("select 1 / (500 - n) from generate_series(1, 1000) n", "csv");
    await expect(broken).rejects.toMatchObject({ code: "22012" });
    expect((await client.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
  });

  it("leaves the connection usable too when it fails while the socket rests for a slow reader", async () => {
    const apart = await readyApart(database.url);
    const other = new pg.Client({ connectionString: apart.url });
    other.on("error", () => {});
    await other.connect();
    try {
      // Enough rows for the two blocks that make it rest, and the failure right behind them.
      const select = "select 1000 / (40 - n) from generate_series(1, 60) n";
      const broken = lines(select, "csv", { blockBytes: 32, blocks: 2 }, other);
      await expect(broken).rejects.toMatchObject({ code: "22012" });
      const silent = new Promise((done) => setTimeout(done, 3000, "silent"));
      expect(await Promise.race([other.query("select 1 as one").then(({ rows }) => rows), silent])).toEqual([
        { one: 1 },
      ]);
    } finally {
      await apart.close();
      // A socket that still rests never ends.
      void other.end().catch(() => {});
    }
  });

  it("gives the connection up when the reader leaves early", async () => {
    const other = new pg.Client({ connectionString: database.url });
    other.on("error", () => {});
    await other.connect();
    for await (const block of copyRows(other, "select n from generate_series(1, 3000000) n", "csv")) {
      block.release();
      break;
    }
    await expect(other.query("select 1")).rejects.toThrow();
    await other.end().catch(() => {});
  });

  it("S22: knows which types a spreadsheet could run", () => {
    const column = (type: string, category: string) => ({ name: "c", type, category, elementCategory: null });
    for (const [type, category] of [
      ["text", "S"],
      ["mood", "E"],
      ["money", "N"],
      ["xml", "U"],
      ["tsvector", "U"],
      ["char", "Z"],
    ] as const) {
      expect(isDefused(column(type, category)), type).toBe(true);
    }
    for (const [type, category] of [
      ["int8", "N"],
      ["numeric", "N"],
      ["bool", "B"],
      ["timestamptz", "D"],
      ["uuid", "U"],
      ["jsonb", "U"],
      ["_text", "A"],
    ] as const) {
      expect(isDefused(column(type, category)), type).toBe(false);
    }
  });
});
