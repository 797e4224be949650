// The embedded Postgres as a process of its own, so that it outlives web and worker at shutdown.
import { startEmbedded } from "@/lib/db/embedded";
import { endWithParent } from "@/lib/process/with-parent";

const directory = process.argv[2];
if (!directory) throw new Error("usage: postgres.ts <directory>");
try {
  const server = await startEmbedded(directory);
  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    await server.stop();
    process.exit(0);
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  endWithParent();
  process.send?.({ ready: true, url: server.url("postgres") });
} catch (error) {
  process.send?.({ ready: false, message: error instanceof Error ? error.message : String(error) });
  process.exit(1);
}
