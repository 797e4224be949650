import { percent } from "./percent";

export type FunnelStep = {
  key: string;
  label: string;
  count: number /** A fill class of the palette. */;
  fill: string;
};

/** How many of those at the first step came to each further one: a table whose bars are for the glance. */
export function Funnel({ caption, steps }: { caption: string; steps: FunnelStep[] }) {
  const whole = steps[0]?.count ?? 0;
  return (
    <table className="w-full border-collapse text-left">
      <caption className="sr-only">{caption}</caption>
      <thead className="sr-only">
        <tr>
          <th scope="col">Step</th>
          <th scope="col">Number</th>
          <th scope="col">Share of all</th>
        </tr>
      </thead>
      <tbody>
        {steps.map((step) => (
          <tr key={step.key} className="border-b border-line">
            <th scope="row" className="py-1.5 pr-3 font-normal">
              {step.label}
              <svg
                viewBox="0 0 1000 8"
                preserveAspectRatio="none"
                aria-hidden="true"
                className="mt-1 h-1.5 w-full bg-sunken"
              >
                <rect
                  width={whole === 0 ? 0 : Math.max((step.count / whole) * 1000, step.count > 0 ? 3 : 0)}
                  height="8"
                  className={step.fill}
                />
              </svg>
            </th>
            <td className="tabular w-24 px-3 py-1.5 text-right align-top">{step.count.toLocaleString("en-GB")}</td>
            <td className="tabular w-20 py-1.5 pl-3 text-right align-top text-muted">{percent(step.count, whole)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
