// Sweeps the platform, and kills this process at the nth pass of any named place, as a machine would (H3): no handler runs.
import { systemCtx } from "@/lib/context";
import { onFaultPoint } from "@/lib/faults";
import { runSweep } from "@/lib/retention/run-sweep";

const nth = Number(process.argv[2] ?? "0");
let passed = 0;
onFaultPoint(() => {
  if (++passed === nth) process.kill(process.pid, "SIGKILL");
});
await runSweep(systemCtx("test"), { watch: false });
process.exit(0);
