// `npm run data-map:draft [-- --schema <name> --schema <another> --name <fides_key> --people <table> --companies <table>]`: prints the
// skeleton of a map, all schemas in one dataset, for the database behind PLATFORM_DATABASE_URL. How to go on: docs/data-map.md
import { parseArgs } from "node:util";
import { draftMap } from "@/lib/data-map/draft";
import { closePlatforms } from "@/lib/data-map/platform";
import { systemUrl } from "@/lib/env";

try {
  const { values } = parseArgs({
    options: {
      schema: { type: "string", multiple: true, default: ["public"] },
      name: { type: "string", default: "platform" },
      people: { type: "string" },
      companies: { type: "string" },
    },
  });
  const system = { name: values.name, url: () => systemUrl("PLATFORM_DATABASE_URL") };
  console.log(await draftMap(system, values.schema, values.people, values.companies));
} catch (error) {
  const { name, message, code } = error as Error & { code?: string };
  console.error(
    name === "EnvError" || name === "DataMapError" || code?.startsWith("ERR_PARSE_ARGS")
      ? message
      : code
        ? `The database cannot be read (${code})`
        : error,
  );
  process.exitCode = 1;
} finally {
  await closePlatforms();
}
