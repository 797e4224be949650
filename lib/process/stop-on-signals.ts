/**
 * Runs `clean` once, on SIGINT, SIGTERM, SIGHUP or when the npm that started this process is gone, and
 * then ends the process. Ctrl-C reaches npm, its shell and this process together: a repeat is no hurry.
 * @returns the same stop for the program itself to call, with the exit code
 */
export function stopOnSignals(clean: () => Promise<void>): (code: number) => Promise<void> {
  let stopping: Promise<void> | undefined;
  const stop = (code: number): Promise<void> => {
    stopping ??= clean()
      .catch((error: unknown) => {
        console.error(error);
        process.exitCode = 1;
      })
      .then(() => process.exit(code || process.exitCode));
    return stopping;
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      if (!stopping) console.log("\nStopping: letting requests and jobs finish...");
      void stop(0);
    });
  }
  // A shell between npm and us swallows SIGTERM on some systems; then our parent changes.
  if (process.env.npm_lifecycle_event) {
    const parent = process.ppid;
    const watch = setInterval(() => {
      if (process.ppid !== parent) void stop(0);
    }, 1_000);
    watch.unref();
  }
  return stop;
}
