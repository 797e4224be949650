// Writes a package and kills this process at a named place, as a machine would (H3): no handler runs.
import { systemCtx } from "@/lib/context";
import { writePackage } from "@/lib/exports/write-package";
import { onFaultPoint } from "@/lib/faults";

const [packageId = "", place = ""] = process.argv.slice(2);
onFaultPoint((name) => {
  if (name === place) process.kill(process.pid, "SIGKILL");
});
await writePackage(systemCtx("test"), { packageId });
