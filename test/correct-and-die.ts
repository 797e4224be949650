// Applies a correction, and kills this process at the nth pass of a named place, or of any, as a machine would (H3): no handler runs.
import { systemCtx } from "@/lib/context";
import { applyCorrection } from "@/lib/correction/apply-correction";
import { onFaultPoint } from "@/lib/faults";

const [caseId = "", place = "", nth = "1", pause = "0"] = process.argv.slice(2);
let passed = 0;
onFaultPoint(async (name) => {
  if ((place !== "any" && name !== place) || ++passed !== Number(nth)) return;
  // With a pause somebody else kills in the meantime.
  if (Number(pause) > 0) await new Promise((done) => setTimeout(done, Number(pause)));
  else process.kill(process.pid, "SIGKILL");
});
await applyCorrection(systemCtx("test"), { caseId });
process.exit(0);
