let onPoint: ((name: string) => void | Promise<void>) | undefined;

/**
 * A place where a process may die, the disk fill up or another worker overtake (H1). In tests a handler
 * throws or waits there; otherwise it does nothing.
 */
export async function faultPoint(name: string): Promise<void> {
  if (onPoint) await onPoint(name);
}

/** Sets or removes the handler; tests only. */
export function onFaultPoint(handler?: typeof onPoint): void {
  onPoint = handler;
}
