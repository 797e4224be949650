/**
 * Named places where a test lets the process die, the disk fill up or another worker overtake (H1).
 * Nothing is set outside of tests.
 */
let hook: ((name: string) => void | Promise<void>) | undefined;

export function setFaultHook(next: typeof hook): void {
  hook = next;
}

export async function faultPoint(name: string): Promise<void> {
  if (hook) await hook(name);
}
