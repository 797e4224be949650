// Somebody who reads one row by its key, again and again, a few milliseconds apart: in a process of its own, so that they wait for
// the database alone. Asked, it says the milliseconds of each read since it was last asked.
import pg from "pg";

const [url, userId] = process.argv.slice(2);
const client = new pg.Client({ connectionString: url });
client.on("error", () => process.exit(1));
await client.connect();
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
