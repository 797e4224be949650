import Link from "next/link";
import { DraftEditor } from "@/components/desk/draft-editor";
import { DraftFile } from "@/components/desk/draft-file";
import { HighlightsEditor } from "@/components/desk/highlights-editor";
import { ProposedHighlights } from "@/components/desk/proposed-highlights";
import { firstEffectiveDay, type VersionPowers } from "@/components/desk/version-powers";
import { buttonClass } from "@/components/ui/button";
import { Section } from "@/components/ui/page";
import type { StaffCtx } from "@/lib/context";
import type { Clause } from "@/lib/policy/document";
import { dayOf } from "@/lib/policy/draft-form";
import type { Draft } from "@/lib/policy/drafts";
import { lookAtDraft } from "@/lib/policy/look-at-draft";
import { standings } from "@/lib/policy/standing";
import { config } from "@/trust-center.config";
import { decide, edit, importFile, saveHighlights } from "../actions";

/** Text, file and highlights of a draft, for its author; for the others why not, and what they can do instead. */
export async function EditSection({
  ctx,
  draft,
  power,
  clauses,
  imported,
  nameOf,
}: {
  ctx: StaffCtx;
  draft: Draft;
  power: NonNullable<VersionPowers["edit"]>;
  clauses: Pick<Clause, "id">[];
  /** Names the file that was put in place of the text, so that an open editor begins anew. */
  imported: string;
  nameOf: (staffId: string | null) => string;
}) {
  const { version, state, approval } = draft;
  const technical = version.kind === "technical";
  const unannounced = state === "draft" || state === "in-review";
  const proposals =
    technical || !unannounced || !draft.before ? null : (
      <Section
        id="proposals"
        title="Proposed highlights"
        lead="What the rules find significant between the version in force and the text as it is saved. Each is confirmed, edited or dismissed before a second person reads it."
      >
        <ProposedHighlights
          proposals={draft.proposals}
          versionId={version.id}
          decide={power.possible ? decide : null}
          nameOf={nameOf}
          zone={config.clocks.zone}
        />
      </Section>
    );
  const file = (
    <DraftFile
      action={power.possible ? importFile : null}
      number={version.number}
      versionId={version.id}
      base={draft.textBase}
      effectiveAt={version.effectiveAt}
    />
  );
  if (!power.possible)
    return (
      <Section id="edit" title="Text and highlights">
        <p className="mb-4 max-w-[70ch]">{power.why}</p>
        {ctx.actor.role === "auditor" ? null : (
          <p className="mb-6">
            <Link
              href={`/admin/policies/new?from=${version.number}`}
              prefetch={false}
              className={buttonClass("secondary")}
            >
              New draft from this text
            </Link>
          </p>
        )}
        {file}
        {proposals}
      </Section>
    );
  const look = await lookAtDraft(ctx, version.id, version.markdown);
  if (!look) return null;
  return (
    <>
      <Section id="edit" title="Text">
        {state === "in-review" ? (
          <p className="mb-4 max-w-[70ch] text-muted">
            Saving a change takes it out of review{approval ? " and voids the approval" : ""}.
          </p>
        ) : null}
        <DraftEditor
          key={imported}
          action={edit}
          versionId={version.id}
          base={draft.textBase}
          markdown={version.markdown}
          effectiveOn={version.effectiveAt ? dayOf(version.effectiveAt) : ""}
          firstDay={technical ? null : firstEffectiveDay(Temporal.Now.instant())}
          auto={state === "draft"}
          initial={look}
          standings={await standings()}
        />
        <div className="mt-8">{file}</div>
      </Section>
      {proposals}
      {technical ? null : (
        <Section
          id="highlights"
          title="Highlights"
          lead="The significant changes. They stand in the mail to everybody, the most important first. Clear every field of one to remove it; saving brings empty rows."
        >
          <HighlightsEditor
            action={saveHighlights}
            versionId={version.id}
            base={draft.highlightsBase}
            highlights={draft.highlights}
            clauses={clauses.map(({ id }) => id)}
          />
        </Section>
      )}
    </>
  );
}
