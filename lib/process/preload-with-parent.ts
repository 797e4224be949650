// Loaded with `node --import` before a program that is not ours (Next.js), which would outlive its supervisor.
import { endWithParent } from "./with-parent.ts";

endWithParent();
