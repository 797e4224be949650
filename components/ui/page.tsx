import type { ReactNode } from "react";

/** Title of a page with one sentence under it. Exactly one a page: it holds the h1. */
export function PageHeader({ title, lead, actions }: { title: string; lead?: ReactNode; actions?: ReactNode }) {
  return (
    <header className="mb-8 flex flex-wrap items-end justify-between gap-x-8 gap-y-4">
      <div className="max-w-[70ch] space-y-2">
        <h1 className="text-2xl tracking-tight">{title}</h1>
        {lead ? <p className="text-lg text-muted">{lead}</p> : null}
      </div>
      {actions ? <div className="flex flex-wrap gap-3">{actions}</div> : null}
    </header>
  );
}

/** A part of a page with its heading, set apart by a hairline. */
export function Section({
  id,
  title,
  lead,
  children,
}: {
  id?: string;
  title: string;
  lead?: ReactNode;
  children: ReactNode;
}) {
  return (
    <section {...(id ? { id } : {})} className="border-t border-line py-8">
      <h2 className="text-xl">{title}</h2>
      {lead ? <p className="mt-1 max-w-[70ch] text-muted">{lead}</p> : null}
      <div className="mt-4">{children}</div>
    </section>
  );
}

/** What a list shows while it is empty: a sentence, and what can be done. */
export function Empty({ children }: { children: ReactNode }) {
  return <div className="rounded-md border border-dashed border-line px-4 py-8 text-center text-muted">{children}</div>;
}
