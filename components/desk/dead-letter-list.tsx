import type { ReactNode } from "react";
import { Callout } from "@/components/ui/callout";
import { formatDistance } from "@/components/ui/time";
import type { DeadLetter } from "@/lib/jobs/dead-letters";

/** What each job does, for people. */
const words: Record<string, string> = {
  "sign-in.send": "Sending a sign-in code",
  "mail.send": "Sending a mail",
  "inquiry.open": "Opening a case from the public form",
  "package.write": "Writing a package",
  "package.release": "Handing out a package that two people looked at",
  "desk.tend": "Bringing cases back and telling of clocks",
  "package.expire": "Removing expired packages",
  "deletion.expire": "Ending grace periods",
  "notice.freeze": "Taking the list of a notice's recipients",
  "notice.deliver": "Delivering a notice",
  "notice.tend": "Looking after notices under way",
  "housekeeping.clear": "Clearing what is no longer needed",
};

/** Jobs that gave up (R10). They hold up no other, and each is somebody waiting: so they stand first. */
export function DeadLetterList({
  letters,
  now,
  again,
}: {
  letters: DeadLetter[];
  now: string;
  /** The form that puts one back into its queue; none for who may not. */
  again: (letter: DeadLetter) => ReactNode;
}) {
  if (letters.length === 0) return null;
  const title =
    letters.length === 1 ? "One background job gave up and waits for you" : `${letters.length} background jobs gave up`;
  return (
    <Callout look="bad" title={title}>
      <p>Find the cause in the log by the job's name and id, put it right, then run the job again.</p>
      <ul className="mt-2 divide-y divide-line">
        {letters.map((letter) => (
          <li key={letter.id} className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 py-2">
            <span className="min-w-0">
              {words[letter.job] ?? letter.job} <code className="font-mono text-sm text-muted">{letter.job}</code>
              <span className="block text-sm text-muted">
                gave up {formatDistance(letter.failedAt.toString(), now)} after {letter.attempts} attempts
                {Object.entries(letter.payload).map(([name, value]) => (
                  <span key={name} className="break-all">
                    , {name} <code className="font-mono">{String(value)}</code>
                  </span>
                ))}
              </span>
            </span>
            {again(letter)}
          </li>
        ))}
      </ul>
    </Callout>
  );
}
