/**
 * Ends this process, through its own SIGTERM handling, when its supervisor vanished: a killed
 * supervisor must not leave a Postgres, a web or a worker process behind. Without one it does nothing.
 */
export function endWithParent(): void {
  if (!process.send) return;
  const end = () => process.kill(process.pid, "SIGTERM");
  if (process.connected) process.on("disconnect", end);
  else end();
}
