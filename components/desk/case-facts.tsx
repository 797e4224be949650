import Link from "next/link";
import type { ReactNode } from "react";
import { ClockList } from "@/components/cases/clock-chip";
import { formatDistance, Time } from "@/components/ui/time";
import type { CaseForStaff } from "@/lib/cases/desk-queries";
import { approvalGrounds, type DeclineGround, declineGrounds, silentGrounds } from "@/lib/cases/words";

const contactWords: Record<CaseForStaff["channel"], string> = {
  dashboard: "As given",
  "public-form": "As typed in the form",
  mail: "As the mail says",
  staff: "As written down",
};
const channelWords: Record<CaseForStaff["channel"], string> = {
  dashboard: "their dashboard",
  "public-form": "the public form",
  mail: "mail",
  staff: "a colleague",
};

const groundWords = (key: string): string =>
  ({ ...declineGrounds, ...silentGrounds, ...approvalGrounds })[key as DeclineGround] ?? key;

function Fact({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div>
      <dt className="text-sm text-muted">{term}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </div>
  );
}

/** Who asked, since when, and what is due: the side of the case page. */
export function CaseFacts({
  one,
  now,
  assignment,
  tools,
}: {
  one: CaseForStaff;
  now: string;
  assignment: ReactNode;
  tools?: ReactNode;
}) {
  const { subject, contact } = one;
  return (
    <aside aria-label="About this case" className="space-y-8 lg:sticky lg:top-6 lg:self-start">
      <section>
        <h2 className="mb-3 text-lg">Clocks</h2>
        <ClockList clocks={one.clocks} />
      </section>
      <section>
        <h2 className="mb-3 text-lg">Who</h2>
        <dl className="space-y-3">
          {contact ? (
            <Fact term={one.permission ? "Agent, as typed" : contactWords[one.channel]}>
              {contact.name ? <span className="block">{contact.name}</span> : null}
              {contact.email ?? "No address: answer by letter"}
            </Fact>
          ) : null}
          {subject ? (
            <Fact term={contact ? "Account with this address" : "Account"}>
              <span className="block">{subject.name ?? "without a name"}</span>
              {subject.email}
              <span className="block text-sm text-muted">
                {subject.platformUserId
                  ? subject.ownsCompany
                    ? "owns a company account"
                    : "platform user"
                  : "unknown to the platform: nothing is held there"}
                , {subject.timeZone}
              </span>
            </Fact>
          ) : (
            <Fact term="Account">
              {one.proof
                ? "One is on file for this address, but it is not proved yet who asks."
                : "None with this address."}{" "}
              Confirm who they are before you tell them anything about data.
            </Fact>
          )}
          <Fact term="About">{one.scope === "company" ? "The whole company account" : "Their own data"}</Fact>
          <Fact term="Received">
            <Time at={one.receivedAt} withTime />, {formatDistance(one.receivedAt, now)}, through{" "}
            {channelWords[one.channel]}
          </Fact>
          {one.closedAt ? (
            <Fact term="Closed">
              <Time at={one.closedAt} withTime />
              {one.declineGround || one.approvalGround ? (
                <span className="block text-sm">{groundWords(one.declineGround ?? one.approvalGround ?? "")}</span>
              ) : null}
            </Fact>
          ) : null}
        </dl>
      </section>
      <section>
        <h2 className="mb-3 text-lg">Assigned to</h2>
        <p className="mb-3">{one.assignedTo?.name ?? <span className="text-muted">Nobody yet</span>}</p>
        {assignment}
      </section>
      {tools}
      <p className="text-sm">
        <Link href={`/admin/audit?object=${one.id}`} prefetch={false} className="link">
          Everything about this case in the audit log
        </Link>
      </p>
    </aside>
  );
}
