// The embedded Postgres as a process of its own, so that it outlives web and worker at shutdown.
import { startEmbedded } from "@/lib/db/embedded";
import { endWithParent } from "@/lib/process/with-parent";

const [directory, port, ...flags] = process.argv.slice(2);
if (!directory || !port) throw new Error("usage: postgres.ts <directory> <port> [postgres flags]");
let stopping = false;
try {
  const server = await startEmbedded(directory, flags, Number(port));
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
  await server.exited;
  // The server died under us: end as well, so that the supervisor starts both again.
  if (!stopping) process.exit(1);
} catch (error) {
  process.send?.({ ready: false, message: error instanceof Error ? error.message : String(error) }, () =>
    process.exit(1),
  );
}
