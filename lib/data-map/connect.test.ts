import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer, type Socket } from "node:net";
import pg from "pg";
import { afterEach, expect, it, vi } from "vitest";
import { createDatabase, dropDatabase } from "@/test/database";
import { connect } from "./connect";

let name = "";
afterEach(async () => {
  vi.useRealTimers();
  if (name) await dropDatabase(name);
  name = "";
});

it("R12 whoever takes the call and says nothing is given up after ten seconds", async () => {
  const sockets: Socket[] = [];
  const silent = createServer((socket) => sockets.push(socket)).listen(0, "127.0.0.1");
  await once(silent, "listening");
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const called = once(silent, "connection");
  const { port } = silent.address() as AddressInfo;
  const opened = connect(`postgres://nobody@127.0.0.1:${port}/none`, "test").then(
    () => "opened",
    (error: Error) => error.message,
  );
  await called;
  await vi.advanceTimersByTimeAsync(10_000);
  expect(await opened).toMatch(/timeout/);
  for (const socket of sockets) socket.destroy();
  await new Promise((done) => silent.close(done));
});

it("a session whose first settings fail is ended", async () => {
  const made = await createDatabase();
  name = made.name;
  await expect(connect(made.url, "test", "select 1; set no_such_setting = 1")).rejects.toThrow(/no_such_setting/);
  const client = new pg.Client({ connectionString: made.url });
  await client.connect();
  const others = async () =>
    (
      await client.query(
        "select 1 from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
      )
    ).rowCount;
  await expect.poll(others, { timeout: 5000 }).toBe(0);
  await client.end();
});

it("R12 what a database sets for its own sessions ends none of ours, and what lasts has reached its disk", async () => {
  const made = await createDatabase();
  name = made.name;
  const admin = new pg.Client({ connectionString: made.url });
  await admin.connect();
  const limits = ["transaction_timeout", "idle_session_timeout", "idle_in_transaction_session_timeout"];
  for (const limit of limits) await admin.query(`alter database ${name} set ${limit} = '200ms'`);
  await admin.query(`alter database ${name} set synchronous_commit = off`);
  await admin.end();
  const client = await connect(made.url, "test");
  const standStill = () => new Promise((done) => setTimeout(done, 300));
  await standStill();
  await client.query("begin");
  await standStill();
  const { rows } = await client.query("select current_setting('synchronous_commit') as lasts, pg_sleep(0.3)");
  await client.query("commit");
  expect(rows).toMatchObject([{ lasts: "local" }]);
  await client.end();
});
