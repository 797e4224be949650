import Link from "next/link";
import { NavLink } from "@/components/layout/nav-link";
import { StateChip } from "@/components/policy/state-chip";
import { Time } from "@/components/ui/time";
import type { Draft } from "@/lib/policy/drafts";

const tab =
  "inline-flex min-h-11 items-center whitespace-nowrap border-b-2 border-transparent px-1 text-muted hover:text-ink aria-[current=page]:border-accent aria-[current=page]:font-medium aria-[current=page]:text-ink";

/** Number, state and the three views of a version on the desk. */
export function VersionHead({ draft, author }: { draft: Draft; author: string }) {
  const { version, state, before } = draft;
  const base = `/admin/policies/${version.number}`;
  return (
    <header className="mb-8">
      <p className="mb-2">
        <Link href="/admin/policies" prefetch={false} className="link">
          Policy versions
        </Link>
      </p>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <h1 className="text-2xl tracking-tight">Version {version.number}</h1>
        <StateChip state={state} />
      </div>
      <p className="mt-2 max-w-[70ch] text-muted">
        {version.title}. {author ? `Written by ${author}, ` : "Imported from the command line, "}
        <Time at={version.createdAt.toString()} withTime />.{" "}
        <span className="whitespace-nowrap">
          SHA-256{" "}
          <code className="font-mono text-sm" title={version.sha256}>
            {version.sha256.slice(0, 12)}
          </code>
        </span>
        .
      </p>
      <nav aria-label="Views of this version" className="mt-6 border-b border-line">
        <ul className="-mb-px flex flex-wrap gap-x-6">
          <li>
            <NavLink href={base} exact className={tab}>
              {state === "draft" || state === "in-review" ? "Steps and text" : "Steps"}
            </NavLink>
          </li>
          <li>
            <NavLink href={`${base}/preview`} className={tab}>
              As readers see it
            </NavLink>
          </li>
          {before && before.number !== version.number ? (
            <li>
              <NavLink href={`${base}/changes`} className={tab}>
                Changes to version {before.number}
              </NavLink>
            </li>
          ) : null}
        </ul>
      </nav>
    </header>
  );
}
