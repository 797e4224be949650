// `npm start` (and `npm run dev` with --dev): database, migrations, demo, web and worker under one supervisor.
import { startAll } from "@/lib/process/start-all";
import { machineFault } from "@/lib/process/start-error";

try {
  await startAll({ development: process.argv.includes("--dev") });
} catch (error) {
  const known = error instanceof Error && ["EmbeddedError", "EnvError", "StartError"].includes(error.name);
  const sentence = known ? (error as Error).message : machineFault(error);
  console.error(sentence ? `\n${sentence}\n` : error);
  process.exit(1);
}
