import Link from "next/link";
import { ActionForm, FormText, SubmitButton } from "@/components/ui/form";
import type { FormState } from "@/lib/auth/action";
import type { DeskView } from "@/lib/cases/my-views";

type Action = (state: FormState, form: FormData) => Promise<FormState>;

const builtIn = [
  { name: "Mine", query: "assigned=me" },
  { name: "Nobody's", query: "assigned=nobody" },
  { name: "Mine, due in 24 hours", query: "state=due-soon&assigned=me" },
];
const link =
  "inline-flex min-h-8 items-center rounded-md px-2 text-muted hover:bg-sunken hover:text-ink aria-[current=page]:font-medium aria-[current=page]:text-ink";

/** Views that everybody has and those that one keeps: addresses under a name. */
export function DeskViews({
  views,
  query,
  keep,
  forget,
}: {
  views: DeskView[];
  /** Of the view that is shown now, as it would be kept. */
  query: string;
  keep: Action;
  forget: Action;
}) {
  const known = [...builtIn, ...views].some((view) => view.query === query);
  const own = views.find((view) => view.query === query);
  return (
    <nav aria-label="Views" className="mb-4 flex flex-wrap items-start gap-x-2 gap-y-1 text-sm">
      {[...builtIn, ...views].map((view) => (
        <Link
          key={view.query + view.name}
          href={`/admin?${view.query}`}
          prefetch={false}
          aria-current={view.query === query ? "page" : undefined}
          className={link}
        >
          {view.name}
        </Link>
      ))}
      {query && !known ? (
        <details>
          <summary className="inline-flex min-h-8 cursor-pointer items-center px-2 underline underline-offset-4">
            Keep this view
          </summary>
          <ActionForm action={keep} className="mt-2 flex flex-wrap items-end gap-3 rounded-md border border-line p-3">
            <input type="hidden" name="query" value={query} />
            <FormText id="view-name" name="name" label="Name" required maxLength={40} autoComplete="off" />
            <SubmitButton look="secondary" className="min-h-11">
              Keep it
            </SubmitButton>
          </ActionForm>
        </details>
      ) : null}
      {own ? (
        <ActionForm action={forget} className="">
          <input type="hidden" name="viewId" value={own.viewId} />
          <SubmitButton look="quiet" className="min-h-8 px-2 py-0 text-sm">
            Forget this view
          </SubmitButton>
        </ActionForm>
      ) : null}
    </nav>
  );
}
