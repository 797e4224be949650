export type Share = {
  key: string;
  label: string;
  count: number;
  /** A fill class of the palette, and the pattern-free mark beside the word. */
  fill: string;
};

const width = 1000;

/**
 * Parts of a whole as one bar, drawn on the server, with the numbers as a table under it: the bar is
 * for the glance, the table is what counts, for screen readers and for everybody who reads exactly.
 */
export function ShareBar({ caption, shares }: { caption: string; shares: Share[] }) {
  const total = shares.reduce((sum, share) => sum + share.count, 0);
  let x = 0;
  const parts = shares
    .filter((share) => share.count > 0)
    .map((share) => {
      const part = { ...share, x, width: (share.count / total) * width };
      x += part.width;
      return part;
    });
  return (
    <figure className="space-y-3">
      <svg
        viewBox={`0 0 ${width} 24`}
        preserveAspectRatio="none"
        aria-hidden="true"
        className="h-6 w-full overflow-hidden rounded-md bg-sunken"
      >
        {parts.map((part) => (
          <rect key={part.key} x={part.x} y={0} width={Math.max(part.width - 2, 1)} height={24} className={part.fill} />
        ))}
      </svg>
      <figcaption className="sr-only">{caption}</figcaption>
      <table className="w-full max-w-md border-collapse text-left">
        <caption className="sr-only">{caption}</caption>
        <thead className="sr-only">
          <tr>
            <th scope="col">State</th>
            <th scope="col">Number</th>
            <th scope="col">Share</th>
          </tr>
        </thead>
        <tbody>
          {shares.map((share) => (
            <tr key={share.key} className="border-b border-line">
              <th scope="row" className="py-1.5 pr-3 font-normal">
                <svg viewBox="0 0 12 12" aria-hidden="true" className="mr-2 inline-block size-3 align-baseline">
                  <rect width="12" height="12" rx="2" className={share.fill} />
                </svg>
                {share.label}
              </th>
              <td className="px-3 py-1.5 text-right">{share.count.toLocaleString("en-GB")}</td>
              <td className="py-1.5 pl-3 text-right text-muted">{percent(share.count, total)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
}

/** "12.5%"; never rounds a few of many to "0%" nor almost all to "100%". */
export function percent(count: number, total: number): string {
  if (total === 0) return "–";
  const share = (count / total) * 100;
  if (count > 0 && share < 0.1) return "<0.1%";
  if (count < total && share > 99.9) return ">99.9%";
  return `${Math.round(share * 10) / 10}%`;
}
