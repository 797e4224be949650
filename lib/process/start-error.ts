/** A start that cannot go on for a reason a person can mend; the message says how. */
export class StartError extends Error {
  override name = "StartError";
}

/** The sentence for a fault of the machine rather than of the program, or null when it is none we know. */
export function machineFault(error: unknown): string | null {
  const { code, path } = error as { code?: string; path?: string };
  const where = path ? ` (${path})` : "";
  if (code === "ENOSPC" || code === "53100") {
    return `The disk is full${where}. Free some space and start again; nothing is lost.`;
  }
  if (code === "EACCES" || code === "EROFS" || code === "EPERM") {
    return `This user may not write here${where}. Make the folder writable, or choose another: DATA_DIR=/another/folder`;
  }
  return null;
}
