import { AttachmentList } from "@/components/cases/attachment-list";
import { ItemChip, OldAndNew } from "@/components/cases/correction-result";
import { Callout } from "@/components/ui/callout";
import { ActionForm, FormArea, SubmitButton } from "@/components/ui/form";
import { Section } from "@/components/ui/page";
import { Time } from "@/components/ui/time";
import { type DeclineGround, declineGrounds } from "@/lib/cases/words";
import type { CorrectionItemView, CorrectionView } from "@/lib/correction/queries";
import { type CaseAction, type CaseAt, CaseTarget } from "./case-target";
import { ConfirmDisclosure } from "./confirm-disclosure";
import { GroundSelect } from "./ground-select";

const stale = {
  conflict: "Somebody changed this case meanwhile. The page now shows the newest state: read it, then send again.",
} as const;

const problems: Record<string, string> = {
  changed:
    "Another value stands there now, so nothing was overwritten. Approving again replaces what stands there now.",
  gone: "The row is not there any more, or is no longer this person's.",
  held: "A legal hold keeps it from any change. Approve again once the hold ended.",
  refused: "The platform refused the value, for example since it has to be unique. Nothing was changed.",
  "not-allowed": "The data map does not let this field be corrected (any more).",
};

/** The values of a correction for staff: before, after, evidence, what came of it, and the decision on each. */
export function CorrectionItems({
  view,
  at,
  decide,
  told,
  me,
}: {
  view: CorrectionView;
  at: CaseAt;
  /** Null for whoever only reads, and once the case is closed. */
  decide: CaseAction | null;
  told: CaseAction | null;
  /** Whoever looks. */
  me: string;
}) {
  return (
    <Section
      id="correction"
      title="What is to be put right"
      lead="Each value is decided by itself; what is approved, the engine applies. The last one closes the case, unless the person wrote something that nobody has answered."
    >
      {view.failure ? (
        <div className="mb-4">
          <Callout look="bad" title="The engine cannot apply it">
            <p className="whitespace-pre-wrap">{view.failure}</p>
          </Callout>
        </div>
      ) : null}
      {view.files.length > 0 ? (
        <div className="mb-6">
          <h3 className="text-lg">Files that the person sent</h3>
          <AttachmentList attachments={view.files} />
        </div>
      ) : null}
      <ol className="space-y-8">
        {view.items.map((item) => (
          <li key={item.id} className="border-l-2 border-line pl-4">
            <h3 className="mb-2 flex flex-wrap items-center gap-3 text-lg">
              {item.label} <span className="text-sm text-muted">({item.collection})</span> <ItemChip item={item} />
            </h3>
            <OldAndNew item={item} />
            <p className="mt-2 text-sm text-muted">
              {item.proposedBy ? `Written down by ${item.proposedBy.name}. ` : ""}
              <Decided item={item} />
            </p>
            {item.problem ? (
              <div className="mt-3">
                <Callout look="warn" title="It came back from the platform">
                  <p>{problems[item.problem]}</p>
                  {item.problem === "changed" ? (
                    <p>
                      There now: <span className="[overflow-wrap:anywhere]">{item.found || <em>nothing</em>}</span>
                    </p>
                  ) : null}
                </Callout>
              </div>
            ) : null}
            {decide && !item.decision ? (
              <Decide item={item} at={at} action={decide} own={item.proposedBy?.staffId === me} />
            ) : null}
          </li>
        ))}
      </ol>
      {view.providers.length > 0 ? (
        <div className="mt-8">
          <h3 className="mb-2 text-lg">Providers that received the old value</h3>
          <ul className="space-y-3">
            {view.providers.map((one) => (
              <li key={one.id} className="flex flex-wrap items-center gap-3">
                <span>
                  <span className="font-medium">{one.name}</span> <span className="text-muted">({one.kind})</span>:{" "}
                  {one.toldAt ? (
                    <>
                      told <Time at={one.toldAt} withTime />
                    </>
                  ) : one.way === "manual" ? (
                    "to be told by hand"
                  ) : (
                    `being called${one.failure ? ` (last: ${one.failure})` : ""}`
                  )}
                </span>
                {told && !one.toldAt && one.way === "manual" ? (
                  <ActionForm action={told}>
                    <input type="hidden" name="noticeId" value={one.id} />
                    <SubmitButton look="secondary">
                      I told it<span className="sr-only"> ({one.name})</span>
                    </SubmitButton>
                  </ActionForm>
                ) : null}
              </li>
            ))}
          </ul>
        </div>
      ) : null}
    </Section>
  );
}

function Decided({ item }: { item: CorrectionItemView }) {
  const { by, decision, decidedAt, decidedBy, ground, appliedAt } = item;
  if (!decision || !decidedAt)
    return by === "address"
      ? "Approves itself once the new address is proved and its day is over."
      : "Not decided yet.";
  const who = decision === "withdrawn" ? "Stopped" : (decidedBy ?? (by === "address" ? "Proved and due" : "By rule"));
  return (
    <>
      {who}, <Time at={decidedAt} withTime />
      {decision === "declined" && ground ? <>. {declineGrounds[ground as DeclineGround]}</> : null}
      {appliedAt ? (
        <>
          . Applied <Time at={appliedAt} withTime />
        </>
      ) : null}
    </>
  );
}

/** Both ways are as near as each other (L12). */
function Decide({ item, at, action, own }: { item: CorrectionItemView; at: CaseAt; action: CaseAction; own: boolean }) {
  const target = (
    <>
      <CaseTarget {...at} />
      <input type="hidden" name="itemId" value={item.id} />
    </>
  );
  return (
    <div className="mt-4 flex flex-wrap items-start gap-3">
      {own ? <p className="basis-full text-sm">You wrote this down, so a colleague approves it.</p> : null}
      {own || (item.by === "address" && !item.problem) ? null : (
        <ActionForm action={action} said={stale}>
          {target}
          <input type="hidden" name="decision" value="approved" />
          <SubmitButton look="secondary">
            Approve and apply<span className="sr-only"> ({item.label})</span>
          </SubmitButton>
        </ActionForm>
      )}
      <ConfirmDisclosure label={`Decline: ${item.label}`} wide>
        <ActionForm action={action} said={stale}>
          {target}
          <input type="hidden" name="decision" value="declined" />
          <GroundSelect id={`ground-${item.id}`} />
          <FormArea
            id={`reasons-${item.id}`}
            name="text"
            label="The reasons, in words for this person"
            hint="Where they can complain is added to it."
            rows={4}
            required
            maxLength={10_000}
          />
          <SubmitButton look="danger">Decline this value</SubmitButton>
        </ActionForm>
      </ConfirmDisclosure>
    </div>
  );
}
