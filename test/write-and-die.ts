// Writes a package and kills this process at a named place, as a machine would (H3): no handler runs.
import { systemCtx } from "@/lib/context";
import { setFaultHook } from "@/lib/exports/fault-point";
import { writePackage } from "@/lib/exports/write-package";

const [packageId = "", place = ""] = process.argv.slice(2);
setFaultHook((name) => {
  if (name === place) process.kill(process.pid, "SIGKILL");
});
await writePackage(systemCtx("test"), { packageId });
