import pg from "pg";
import { closePlatforms } from "../lib/data-map/platform";
import { createDatabase, dropDatabase } from "./database";
import { contents, flat } from "./everything";
import { foreignSchema } from "./foreign-platform";

/** A database of its own with both systems of {@link foreignSchema}, as they are at first; opened anew it is a restored one. */
export async function openForeignPlatform() {
  const { name, url } = await createDatabase();
  process.env.CLUB_DATABASE_URL = url;
  process.env.NEWSLETTER_DATABASE_URL = url;
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(foreignSchema);
  return {
    client,
    dump: async () => [...flat(await contents(client, "Club Data")), ...flat(await contents(client))],
    close: async () => {
      await client.end();
      await closePlatforms();
      await dropDatabase(name);
    },
  };
}
