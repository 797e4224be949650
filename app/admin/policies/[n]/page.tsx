import type { Metadata } from "next";
import Link from "next/link";
import { ConfirmDisclosure } from "@/components/desk/confirm-disclosure";
import { DraftComments } from "@/components/desk/draft-comments";
import { firstValues, type SearchParams } from "@/components/desk/page-address";
import { PolicyProblems } from "@/components/desk/policy-problems";
import { VersionHead } from "@/components/desk/version-head";
import { versionPowers } from "@/components/desk/version-powers";
import { Step } from "@/components/desk/version-steps";
import { ActionForm, FormArea, SubmitButton } from "@/components/ui/form";
import { Section } from "@/components/ui/page";
import { Time } from "@/components/ui/time";
import { noticeList } from "@/lib/notices/queries";
import { commentsOn } from "@/lib/policy/comments";
import { parsePolicy } from "@/lib/policy/parse";
import { config } from "@/trust-center.config";
import { announce, approve, comment, record, resolve, submit, withdraw } from "../actions";
import { EditSection } from "./edit-section";
import { readVersion } from "./read-version";

export async function generateMetadata({ params }: { params: Promise<{ n: string }> }): Promise<Metadata> {
  return { title: `Policy version ${Number.parseInt((await params).n, 10)}` };
}

const at = (instant: Temporal.Instant) => <Time at={instant.toString()} zone={config.clocks.zone} withTime />;

export default async function Version({
  params,
  searchParams,
}: {
  params: Promise<{ n: string }>;
  searchParams: SearchParams;
}) {
  const { ctx, draft, author, nameOf } = await readVersion(params);
  const { version, state, approval, problems } = draft;
  const now = Temporal.Now.instant();
  const powers = versionPowers(draft, ctx.actor, author, now);
  const notice = (await noticeList(ctx)).find((one) => one.versionId === version.id && one.kind === "announcement");
  const parsed = parsePolicy(version.markdown);
  const clauses = parsed.ok ? parsed.policy.clauses.map(({ id, heading }) => ({ id, heading })) : [];
  const unannounced = state === "draft" || state === "in-review";
  const technical = version.kind === "technical";
  const writes = ctx.actor.role !== "auditor";
  const comments = await commentsOn(ctx, version.id);
  const target = <input type="hidden" name="versionId" value={version.id} />;
  const effect = version.effectiveAt ? at(version.effectiveAt) : null;
  const marks = `${draft.highlights.length} ${draft.highlights.length === 1 ? "highlight" : "highlights"}`;
  return (
    <>
      <VersionHead draft={draft} author={author} />
      {unannounced && problems.length > 0 && !powers.edit?.possible ? (
        <div className="mb-8 max-w-[75ch]">
          <PolicyProblems problems={problems} />
        </div>
      ) : null}
      <section aria-labelledby="steps" className="max-w-[75ch]">
        <h2 id="steps" className="text-xl">
          Steps
        </h2>
        <ol className="mt-2">
          <Step
            title="Hand in for review"
            done={version.submittedAt ? <>Handed in {at(version.submittedAt)}</> : null}
            power={powers.submit}
            note="A second person reads it. Any later edit takes it out of review again."
          >
            <ActionForm action={submit}>
              {target}
              <SubmitButton>Hand in for review</SubmitButton>
            </ActionForm>
          </Step>
          <Step
            title="Approve"
            done={
              approval ? (
                <>
                  Approved by {nameOf(approval.approverId) || "a former colleague"} {at(approval.approvedAt)}, bound to{" "}
                  <code className="font-mono" title={approval.boundTo}>
                    {approval.boundTo.slice(0, 12)}
                  </code>
                </>
              ) : version.announcedAt && !version.authorId ? (
                "Imported from the command line, where nobody approves"
              ) : null
            }
            power={powers.approve}
            note="An officer who did not write it approves exactly this text, its highlights and its day."
          >
            <ConfirmDisclosure label="Approve">
              <p className="text-sm">
                You approve this text ({version.sha256.slice(0, 12)}) with{" "}
                {technical ? (
                  "no highlight, for nobody to be told"
                ) : (
                  <>
                    {marks}, for every account holder, in effect from {effect}
                  </>
                )}
                . An edit of any of these voids your approval.
              </p>
              <ActionForm action={approve}>
                {target}
                <input type="hidden" name="boundTo" value={draft.hash} />
                <SubmitButton>Approve exactly this</SubmitButton>
              </ActionForm>
            </ConfirmDisclosure>
          </Step>
          <Step
            title={technical ? "Record the upgrade" : "Announce to everybody"}
            done={
              version.announcedAt ? (
                <>
                  Announced {at(version.announcedAt)}.{" "}
                  {notice ? (
                    <Link href={`/admin/notices/${notice.id}`} prefetch={false} className="link">
                      How the notice stands
                    </Link>
                  ) : null}
                </>
              ) : null
            }
            power={powers.announce}
            note={
              technical
                ? "The text takes the place of the version in force at once; nobody is told, since no word of it changes."
                : `The text becomes public and fixed, and every account holder is mailed, at least ${config.clocks.noticeDays} days before it counts.`
            }
          >
            {technical ? (
              <ActionForm action={record}>
                {target}
                <SubmitButton>Record version {version.number} now</SubmitButton>
              </ActionForm>
            ) : (
              <ConfirmDisclosure label="Announce">
                <p className="text-sm">
                  From this click the text is public and can never change. Every account holder is mailed the {marks}.
                  It takes effect {effect}.
                </p>
                <ActionForm action={announce}>
                  {target}
                  <SubmitButton>Announce version {version.number} now</SubmitButton>
                </ActionForm>
              </ConfirmDisclosure>
            )}
          </Step>
          <Step
            title="In force"
            done={state === "in-force" || state === "superseded" ? <>Since {effect}</> : null}
            power={null}
            note={
              version.withdrawnAt
                ? "It never took effect."
                : effect
                  ? "By itself, on the day that was announced, once everybody had their notice period."
                  : "No day was chosen yet."
            }
          >
            {null}
          </Step>
        </ol>
        {version.withdrawnAt ? (
          <p className="mt-4">
            Withdrawn {at(version.withdrawnAt)}
            {version.withdrawnReason ? `: ${version.withdrawnReason}` : "."} Its text and number stay on record.
          </p>
        ) : powers.withdraw ? (
          <div className="mt-6">
            {powers.withdraw.possible ? (
              <ConfirmDisclosure label="Withdraw this version">
                <p className="text-sm">
                  {version.announcedAt
                    ? "Whoever was told of it is told by mail that it does not take effect; nobody else is told of it any more. Its text stays public as a withdrawn one; your reason stands beside it, on the policy page and in the feeds."
                    : "The draft stays on record and cannot be taken up again."}
                </p>
                <ActionForm action={withdraw}>
                  {target}
                  {version.announcedAt ? (
                    <FormArea
                      id="reason"
                      label="Why, in a sentence that everybody reads"
                      rows={2}
                      maxLength={500}
                      required
                    />
                  ) : null}
                  <SubmitButton look="danger">Withdraw version {version.number}</SubmitButton>
                </ActionForm>
              </ConfirmDisclosure>
            ) : (
              <p className="text-sm text-muted">{powers.withdraw.why}</p>
            )}
          </div>
        ) : null}
      </section>
      <div className="mt-8">
        {powers.edit ? (
          <EditSection
            ctx={ctx}
            draft={draft}
            power={powers.edit}
            clauses={clauses}
            nameOf={nameOf}
            imported={(await firstValues(searchParams)).imported ?? ""}
          />
        ) : null}
        {unannounced || comments.length > 0 ? (
          <Section id="comments" title="Comments">
            <DraftComments
              comments={comments}
              clauses={clauses}
              versionId={version.id}
              nameOf={nameOf}
              zone={config.clocks.zone}
              add={unannounced && writes ? comment : null}
              resolve={writes ? resolve : null}
            />
          </Section>
        ) : null}
      </div>
    </>
  );
}
