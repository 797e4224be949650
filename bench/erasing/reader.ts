import pg from "pg";

/** Somebody who reads one row by its key, again and again, a few milliseconds apart. */
export async function startReader(url: string, userId: string) {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => {});
  await client.connect();
  let taken: number[] = [];
  let going = true;
  const loop = (async () => {
    while (going) {
      const start = performance.now();
      await client.query("select id, email, role from users where id = $1", [userId]);
      taken.push(performance.now() - start);
      await new Promise((done) => setTimeout(done, 4));
    }
  })();
  return {
    /** Milliseconds, since it was last asked. */
    p99(): number {
      const sorted = taken.toSorted((a, b) => a - b);
      taken = [];
      return sorted[Math.ceil(0.99 * sorted.length) - 1] ?? 0;
    },
    async stop() {
      going = false;
      await loop;
      await client.end();
    },
  };
}
