// Carries out a deletion in small batches, and kills this process at the nth pass of a named place, or of any, as a machine would
// (H3): no handler runs.
import { carryOutDeletion } from "@/lib/cases/carry-out-deletion";
import { systemCtx } from "@/lib/context";
import { onFaultPoint } from "@/lib/faults";

const [caseId = "", place = "", nth = "1"] = process.argv.slice(2);
let passed = 0;
onFaultPoint((name) => {
  if ((place === "any" || name === place) && ++passed === Number(nth)) process.kill(process.pid, "SIGKILL");
});
await carryOutDeletion(systemCtx("test"), { caseId }, { least: 20, size: 7 });
process.exit(0);
