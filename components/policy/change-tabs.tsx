import { NavLink } from "@/components/layout/nav-link";

const tab =
  "inline-flex min-h-11 items-center whitespace-nowrap border-b-2 border-transparent px-1 text-muted hover:text-ink aria-[current=page]:border-accent aria-[current=page]:font-medium aria-[current=page]:text-ink";

/** Three views of one comparison, each with an address of its own. */
export function ChangeTabs({ base }: { base: string }) {
  return (
    <nav aria-label="Views of these changes" className="no-print mb-8 border-b border-line">
      <ul className="-mb-px flex flex-wrap gap-x-6">
        <li>
          <NavLink href={base} exact className={tab}>
            Highlights
          </NavLink>
        </li>
        <li>
          <NavLink href={`${base}/changes`} className={tab}>
            Changes
          </NavLink>
        </li>
        <li>
          <NavLink href={`${base}/full-text`} className={tab}>
            Full text
          </NavLink>
        </li>
      </ul>
    </nav>
  );
}
