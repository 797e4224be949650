/** What may belong to a value that reaches over the cut: digits, money, per cent, template tags, cells. */
const mayBelong = /[\p{N}\p{Sc}%‰{}|@〇一二三四五六七八九十百千]/u;
/** A value is at most this many characters away from its last space. */
const reach = 26;

/**
 * How many characters two texts share at their start and at their end, cut at spaces that no number, date or tag reaches
 * over, so that only the middle has to be taken apart.
 */
export function commonEdges(a: string, b: string): [head: number, tail: number] {
  const shorter = Math.min(a.length, b.length);
  let head = 0;
  while (head < shorter && a.charCodeAt(head) === b.charCodeAt(head)) head++;
  head = safeHead(a, b, head);
  let tail = 0;
  const most = shorter - head;
  while (tail < most && a.charCodeAt(a.length - 1 - tail) === b.charCodeAt(b.length - 1 - tail)) tail++;
  return [head, safeTail(a, b, tail)];
}

function safeHead(a: string, b: string, head: number): number {
  if (a.lastIndexOf("{", head) !== -1) return 0;
  for (let at = head; at > 0; at--) {
    if (a[at - 1] !== " ") continue;
    if (mayBelong.test(a.slice(Math.max(0, at - reach), at))) continue;
    if (mayBelong.test(a.slice(at, at + reach)) || mayBelong.test(b.slice(at, at + reach))) continue;
    return at;
  }
  return 0;
}

function safeTail(a: string, b: string, tail: number): number {
  if (a.indexOf("{", a.length - tail) !== -1 || a.indexOf("}", a.length - tail) !== -1) return 0;
  for (let at = tail; at > 0; at--) {
    const [x, y] = [a.length - at, b.length - at];
    if (a[x] !== " " || b[y] !== " ") continue;
    if (mayBelong.test(a.slice(x, x + reach))) continue;
    if (mayBelong.test(a.slice(Math.max(0, x - reach), x)) || mayBelong.test(b.slice(Math.max(0, y - reach), y)))
      continue;
    return at;
  }
  return 0;
}
