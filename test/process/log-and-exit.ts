// Logs and exits in one go when it is told to; run by lib/log.test.ts.
import { log } from "../../lib/log";

process.once("message", () => {
  for (let line = 0; line < 50; line++) log.warn({ line }, "said just before the end");
  process.exit(0);
});
process.send?.("ready");
