import { highlightKindWords, severityWords } from "@/components/policy/highlight-words";
import { OldAndNew } from "@/components/policy/old-and-new";
import { ActionForm, FormArea, FormSelect, SubmitButton } from "@/components/ui/form";
import { Time } from "@/components/ui/time";
import type { FormState } from "@/lib/auth/action";
import { categoryWords } from "@/lib/data-map/category-words";
import type { PolicyCategory } from "@/lib/data-map/types";
import type { DecidedProposal } from "@/lib/policy/proposals";
import { ConfirmDisclosure } from "./confirm-disclosure";

type Action = (state: FormState, form: FormData) => Promise<FormState>;
const kinds = Object.keys(highlightKindWords) as DecidedProposal["kind"][];
const severities = Object.keys(severityWords) as DecidedProposal["severity"][];
const decisionWords = { confirmed: "Confirmed", edited: "Confirmed in other words", dismissed: "Dismissed" };

/**
 * What the rules find significant in a draft. Its author confirms, edits or dismisses each; whoever approves reads
 * what was decided.
 */
export function ProposedHighlights({
  proposals,
  versionId,
  decide,
  nameOf,
  zone,
}: {
  proposals: DecidedProposal[];
  versionId: string;
  /** Null for whoever cannot decide. */
  decide: Action | null;
  nameOf: (staffId: string | null) => string;
  zone: string;
}) {
  if (proposals.length === 0)
    return <p className="text-muted">The rules find nothing significant between the version in force and this text.</p>;
  return (
    <ul className="max-w-4xl">
      {proposals.map((proposal) => (
        <li key={proposal.key} className="space-y-3 border-t border-line py-5">
          <p className="text-sm font-semibold text-muted">
            {highlightKindWords[proposal.kind]} · {severityWords[proposal.severity]} · {about(proposal.categories)}
          </p>
          <p className="text-lg">{proposal.sentence}</p>
          <OldAndNew oldText={proposal.oldText} newText={proposal.newText} />
          {proposal.decision ? (
            <p className="text-sm">
              <span className="font-medium">{decisionWords[proposal.decision.decision]}</span> by{" "}
              {nameOf(proposal.decision.decidedBy) || "a former colleague"},{" "}
              <Time at={proposal.decision.decidedAt.toString()} zone={zone} withTime />
              {proposal.decision.reason ? <>: {proposal.decision.reason}</> : "."}
            </p>
          ) : (
            <p className="text-sm font-medium">Not decided yet.</p>
          )}
          {decide && proposal.decision?.decision !== "confirmed" && proposal.decision?.decision !== "edited" ? (
            <Decide proposal={proposal} versionId={versionId} action={decide} />
          ) : null}
        </li>
      ))}
    </ul>
  );
}

const about = (categories: readonly string[]): string =>
  categories.length === 0
    ? "about everybody"
    : `about ${categories.map((one) => categoryWords[one as PolicyCategory].label.toLowerCase()).join(", ")}`;

function Decide({ proposal, versionId, action }: { proposal: DecidedProposal; versionId: string; action: Action }) {
  const { key, kind, severity, sentence, oldText, newText, categories } = proposal;
  const id = (field: string) => `${field}-${key}`;
  const target = (decision: string) => (
    <>
      <input type="hidden" name="versionId" value={versionId} />
      <input type="hidden" name="proposal" value={key} />
      <input type="hidden" name="decision" value={decision} />
    </>
  );
  const said = { conflict: "The text changed in the meantime, so this is not what is proposed any more." };
  return (
    <div className="flex flex-wrap items-start gap-3">
      <ActionForm action={action} said={said}>
        {target("confirmed")}
        <SubmitButton>
          Confirm<span className="sr-only">: {sentence}</span>
        </SubmitButton>
      </ActionForm>
      <ConfirmDisclosure label="Edit" about={sentence} wide>
        <ActionForm action={action} said={said}>
          {target("edited")}
          <FormSelect id={id("kind")} name="kind" label="Kind" defaultValue={kind}>
            {kinds.map((one) => (
              <option key={one} value={one}>
                {highlightKindWords[one]}
              </option>
            ))}
          </FormSelect>
          <FormSelect id={id("severity")} name="severity" label="How much it matters" defaultValue={severity}>
            {severities.map((one) => (
              <option key={one} value={one}>
                {severityWords[one]}
              </option>
            ))}
          </FormSelect>
          <FormArea
            id={id("sentence")}
            name="sentence"
            label="What it means for the reader"
            defaultValue={sentence}
            rows={3}
          />
          <FormArea id={id("oldText")} name="oldText" label="Until then" defaultValue={oldText ?? ""} rows={2} />
          <FormArea id={id("newText")} name="newText" label="From then on" defaultValue={newText ?? ""} rows={2} />
          {categories.map((category) => (
            <input key={category} type="hidden" name="categories" value={category} />
          ))}
          <SubmitButton>Confirm in these words</SubmitButton>
        </ActionForm>
      </ConfirmDisclosure>
      <ConfirmDisclosure label="Dismiss" about={sentence}>
        <ActionForm action={action} said={said}>
          {target("dismissed")}
          <FormArea
            id={id("reason")}
            name="reason"
            label="Why it is not significant"
            rows={2}
            maxLength={500}
            required
          />
          <SubmitButton look="secondary">Dismiss with this reason</SubmitButton>
        </ActionForm>
      </ConfirmDisclosure>
    </div>
  );
}
