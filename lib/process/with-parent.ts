/**
 * Ends this process, through its own SIGTERM handling, when its supervisor vanished: a killed
 * supervisor must not leave a Postgres or a worker behind.
 */
export function endWithParent(): void {
  if (process.connected) process.on("disconnect", () => process.kill(process.pid, "SIGTERM"));
}
