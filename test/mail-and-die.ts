// The mailing's worker, which kills itself at the first pass of a named place as a machine would (H3): no handler runs.
// Without a place it goes on until somebody kills it.
import { onFaultPoint } from "@/lib/faults";
import { startWorker } from "@/lib/jobs/worker";
import { endWithParent } from "@/lib/process/with-parent";

const [place] = process.argv.slice(2);
onFaultPoint((name) => {
  if (name === place) process.kill(process.pid, "SIGKILL");
});
endWithParent();
await startWorker(["notice.freeze", "notice.deliver"]);
process.send?.("ready");
