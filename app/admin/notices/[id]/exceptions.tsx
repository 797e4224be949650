import { ConfirmDisclosure } from "@/components/desk/confirm-disclosure";
import { NoticeExceptions } from "@/components/desk/notice-exceptions";
import { Callout } from "@/components/ui/callout";
import { ActionForm, FormArea, SubmitButton } from "@/components/ui/form";
import { Section } from "@/components/ui/page";
import type { NoticeProgress } from "@/lib/notices/queries";
import { config } from "@/trust-center.config";
import { askException, grantException } from "../actions";

/** Who is short of the notice period, and the exceptions that two officers logged for them. */
export function Exceptions({
  notice,
  staffId,
  officer,
  nameOf,
}: {
  notice: NoticeProgress;
  staffId: string;
  officer: boolean;
  nameOf: (staffId: string | null) => string;
}) {
  const waiting = notice.exceptions.some((one) => !one.approvedAt);
  return (
    <Section
      id="exceptions"
      title={`Exceptions to the ${config.clocks.noticeDays} days`}
      lead="For people whom the notice could not reach in time. One officer asks with a reason, another approves; both names stay on record."
    >
      <div className="space-y-6">
        <NoticeExceptions
          exceptions={notice.exceptions}
          nameOf={nameOf}
          grant={(one) =>
            !officer ? (
              <p className="text-sm font-medium">Only a privacy officer approves it.</p>
            ) : one.requestedBy === staffId ? (
              <p className="text-sm font-medium">You asked for it, so another officer has to approve it.</p>
            ) : (
              <ActionForm action={grantException} className="space-y-2">
                <input type="hidden" name="exceptionId" value={one.id} />
                <SubmitButton look="secondary">Approve this exception</SubmitButton>
              </ActionForm>
            )
          }
        />
        {notice.short > 0 && !waiting ? (
          <>
            <Callout look="warn">
              <p>
                {notice.short.toLocaleString("en-GB")} {notice.short === 1 ? "person is" : "people are"} short of the
                notice period, so the version does not take effect.
              </p>
            </Callout>
            {officer ? (
              <ConfirmDisclosure label="Ask for an exception">
                <ActionForm action={askException}>
                  <input type="hidden" name="noticeId" value={notice.id} />
                  <FormArea
                    id="exception-reason"
                    name="reason"
                    label="Why it is right to go on without them"
                    hint="This reason is kept as evidence. Name no person in it."
                    required
                    maxLength={2000}
                  />
                  <SubmitButton>Ask a second officer</SubmitButton>
                </ActionForm>
              </ConfirmDisclosure>
            ) : null}
          </>
        ) : null}
      </div>
    </Section>
  );
}
