/** Seconds before the first try again, and at most. */
const [first, most] = [20, 6 * 3600];

/**
 * Seconds to wait after the nth failure in a row: doubling, at most six hours, a quarter more or less by chance, so that a
 * receiver that comes back is not met by everybody at once (Standard Webhooks 1.0).
 * @param failures from 1
 * @param random from 0 to 1
 */
export function backoffSeconds(failures: number, random = Math.random()): number {
  const planned = Math.min(first * 2 ** Math.min(failures - 1, 30), most);
  return Math.round(planned * (0.75 + 0.5 * random));
}
