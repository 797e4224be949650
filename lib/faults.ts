let onPoint: ((name: string) => void) | undefined;

/**
 * A place where a process may die. In tests a handler throws there, once at the first, then at the
 * second, and so on, until a run completes (H1); otherwise it does nothing.
 */
export function faultPoint(name: string): void {
  onPoint?.(name);
}

/** Sets or removes the handler; tests only. */
export function onFaultPoint(handler?: (name: string) => void): void {
  onPoint = handler;
}
