import { NavLink } from "./nav-link";

export type SideLink = { href: string; label: string; exact?: boolean; count?: number };

const item =
  "flex min-h-9 items-center justify-between gap-3 whitespace-nowrap rounded-md px-3 py-1.5 text-muted hover:bg-sunken hover:text-ink aria-[current=page]:bg-sunken aria-[current=page]:font-medium aria-[current=page]:text-ink";

/** The navigation of an area: a column on wide screens; before that lines of words, none of them out of sight. */
export function SideNav({ label, links }: { label: string; links: SideLink[] }) {
  return (
    <nav aria-label={label} className="lg:sticky lg:top-6">
      <ul className="-mx-3 flex flex-wrap gap-1 lg:mx-0 lg:flex-col">
        {links.map(({ href, label: text, exact, count }) => (
          <li key={href} className="shrink-0">
            <NavLink href={href} className={item} {...(exact ? { exact } : {})}>
              {text}
              {count !== undefined && count > 0 ? <span className="tabular text-sm">{count}</span> : null}
            </NavLink>
          </li>
        ))}
      </ul>
    </nav>
  );
}
