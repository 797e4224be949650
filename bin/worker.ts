import { closeDatabases } from "@/lib/db/client";
import { closeQueue } from "@/lib/jobs/queue";
import { startWorker } from "@/lib/jobs/worker";
import { endWithParent } from "@/lib/process/with-parent";

const worker = await startWorker();
endWithParent();
let stopping = false;
const stop = async () => {
  if (stopping) return;
  stopping = true;
  await worker.stop();
  await closeQueue();
  await closeDatabases();
  process.exit(0);
};
process.on("SIGTERM", stop);
process.on("SIGINT", stop);
