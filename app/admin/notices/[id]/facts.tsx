import type { ReactNode } from "react";
import { formatDistance, Time } from "@/components/ui/time";
import { costInWords, secondsAtLimit, spanInWords } from "@/lib/notices/pace";
import type { NoticeProgress } from "@/lib/notices/queries";
import { config } from "@/trust-center.config";

/** When, how far, how much longer, and what it costs. */
export function Facts({ notice, now }: { notice: NoticeProgress; now: Temporal.Instant }) {
  const { callsPerSecond, price } = config.notices;
  const mails = notice.total - notice.states.failed;
  const waiting = notice.states.queued;
  const [soFar, whole] = [costInWords(notice.handedOver, price), costInWords(mails, price)];
  const over = Boolean(notice.completedAt || notice.stoppedAt);
  return (
    <dl className="space-y-3 lg:pt-1">
      <Fact term="Announced">
        <Time at={notice.createdAt.toString()} withTime />
      </Fact>
      {notice.frozenAt ? (
        <Fact term="List taken, nobody is added afterwards">
          <Time at={notice.frozenAt.toString()} withTime />
        </Fact>
      ) : null}
      <Fact term="Batches handed over">
        <span className="tabular">
          {notice.batches.sent.toLocaleString("en-GB")} of {notice.batches.total.toLocaleString("en-GB")}
        </span>
      </Fact>
      {notice.eta ? (
        <Fact term="At this pace it ends">{formatDistance(notice.eta.toString(), now.toString())}</Fact>
      ) : null}
      {!over && waiting > 0 ? (
        <Fact term={`Time left at the service's limit, ${callsPerSecond} calls a second`}>
          {spanInWords(secondsAtLimit(waiting, callsPerSecond))}
        </Fact>
      ) : null}
      <Fact term="Cost of the mails">
        {soFar && whole ? (
          <span className="tabular">{over ? soFar : `${soFar} of ${whole}`}</span>
        ) : (
          <span className="text-muted">not configured (notices.price)</span>
        )}
      </Fact>
      {notice.kind === "withdrawal" ? null : (
        <>
          <Fact term="Version is to take effect">
            <Time at={notice.effectiveAt.toString()} zone={config.clocks.zone} withTime />
          </Fact>
          <Fact term={`Everybody will have had ${config.clocks.noticeDays} days`}>
            {notice.gateOpensAt ? (
              <Time at={notice.gateOpensAt.toString()} zone={config.clocks.zone} withTime />
            ) : (
              <span className="text-muted">cannot be said yet: not everybody was reached</span>
            )}
          </Fact>
        </>
      )}
    </dl>
  );
}

function Fact({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div>
      <dt className="text-sm text-muted">{term}</dt>
      <dd>{children}</dd>
    </div>
  );
}
