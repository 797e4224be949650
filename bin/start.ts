// `npm start` (and `npm run dev` with --dev): database, migrations, demo, web and worker under one supervisor.
import { startAll } from "@/lib/process/start-all";

try {
  await startAll({ development: process.argv.includes("--dev") });
} catch (error) {
  const known = error instanceof Error && ["EmbeddedError", "EnvError", "StartError"].includes(error.name);
  console.error(known ? `\n${(error as Error).message}\n` : error);
  process.exit(1);
}
