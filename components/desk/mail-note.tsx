import Link from "next/link";
import { summaryClass } from "@/components/ui/summary";
import type { MailFacts } from "@/lib/cases/mail-facts";

/** What the desk has to know of a message that came by mail. */
export function MailNote({ mail }: { mail: MailFacts }) {
  return (
    <footer className="mt-3 space-y-2 border-t border-line pt-3 text-sm">
      {mail.claims ? (
        <p className="font-medium">
          It names{" "}
          <Link href={`/admin/cases/${mail.claims}`} prefetch={false} className="link">
            {mail.claims}
          </Link>
          , but this address is not on file there. Tell it nothing of that case.
        </p>
      ) : null}
      <p className="text-muted">
        {mail.proved
          ? "By mail; the sender's domain stands for it."
          : "By mail; nothing proves that the sender's address is theirs."}
      </p>
      {mail.whole === null ? null : (
        <details>
          <summary className={summaryClass}>The whole mail</summary>
          {mail.subject ? (
            <p className="mt-2 font-medium" dir="auto">
              {mail.subject}
            </p>
          ) : null}
          <p className="mt-2 whitespace-pre-wrap [overflow-wrap:anywhere]" dir="auto">
            {mail.whole}
          </p>
        </details>
      )}
    </footer>
  );
}
