import Link from "next/link";
import { buttonClass } from "./button";

/** The pages of a list that begins with the newest: back to it, and on to what came before. Shows nothing where there is one page. */
export function NewestPages({
  label,
  href,
  from,
  next,
}: {
  label: string;
  href: string;
  /** `before` of this page; undefined on the first. */
  from: string | undefined;
  next: string | null;
}) {
  return (
    <nav aria-label={label} className="mt-6 flex gap-3 empty:hidden">
      {from ? (
        <Link href={href} prefetch={false} className={buttonClass("secondary")}>
          To the newest
        </Link>
      ) : null}
      {next ? (
        <Link
          href={`${href}?${new URLSearchParams({ before: next })}`}
          prefetch={false}
          className={buttonClass("secondary")}
        >
          Earlier
        </Link>
      ) : null}
    </nav>
  );
}
