// Somebody who reads one row by its key, again and again, a few milliseconds apart: in a process of its own, so that they wait for
// the database alone. Asked, it says the milliseconds of each read since it was last asked. With `first` neither it nor its session
// waits for a processor that others use (real-time priority, which needs root and chrt): what is left is what the database makes it
// wait for, as on a machine that has a processor to spare.
import { execFileSync } from "node:child_process";
import pg from "pg";

const [url, userId, first] = process.argv.slice(2);
const client = new pg.Client({ connectionString: url });
client.on("error", () => process.exit(1));
await client.connect();
if (first) {
  const { rows } = await client.query<{ pid: number }>("select pg_backend_pid() as pid");
  try {
    for (const pid of [process.pid, rows[0]?.pid]) execFileSync("chrt", ["-a", "-f", "-p", "1", String(pid)]);
  } catch {
    // What chrt said of it stands above.
    process.exit(1);
  }
}
let taken: number[] = [];
process.on("message", () => {
  process.send?.(taken);
  taken = [];
});
process.on("disconnect", () => process.exit());
process.send?.("ready");
for (;;) {
  const start = performance.now();
  await client.query("select id, email, role from users where id = $1", [userId]);
  taken.push(performance.now() - start);
  await new Promise((done) => setTimeout(done, 4));
}
