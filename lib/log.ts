import pino from "pino";
import { logLevel, processName } from "./env";

type Thrown = {
  name?: string;
  code?: string;
  message?: string;
  stack?: string;
  query?: string;
  table?: string;
  constraint?: string;
  cause?: Thrown;
};

/**
 * Structured logs, one JSON line each, to standard output. Personal values never enter (rule 8,
 * S31): log ids, names of things and counts. `redact` is a net under that rule, not the rule.
 */
export const log = pino(
  {
    level: logLevel(),
    base: { process: processName() },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: {
      paths: ["email", "*.email", "to", "*.to", "token", "*.token", "cookie", "*.cookie", "authorization"],
      censor: "[hidden]",
    },
    serializers: {
      // A database error carries the values of the failing row in `detail` and `parameters`. Drizzle wraps it.
      err(error: unknown) {
        const e = error as Thrown;
        const inner = e?.query !== undefined && e.cause ? e.cause : e;
        const fromDatabase = typeof inner?.code === "string" && /^[0-9A-Z]{5}$/.test(inner.code);
        return {
          type: e?.name,
          code: inner?.code,
          ...(fromDatabase ? { table: inner.table, constraint: inner.constraint } : {}),
          message: fromDatabase || e?.query !== undefined ? "(database error)" : e?.message,
          stack: e?.stack
            ?.split("\n")
            .filter((line) => line.trim().startsWith("at "))
            .slice(0, 12),
        };
      },
    },
  },
  // Written at once. Kept for later, the last lines of a process whose reader is gone are tried again for ever at its
  // exit (sonic-boom's flushSync waits after every error, also EPIPE), and a web process outlived its supervisor.
  pino.destination({ fd: 1, sync: true }),
);
