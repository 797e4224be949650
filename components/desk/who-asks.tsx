import { Section } from "@/components/ui/page";
import { Time } from "@/components/ui/time";
import type { PermissionState, ProofState } from "@/lib/cases/who-asks";

/** What is known of who asks: the link to the address on file, and an agent's permission. */
export function WhoAsks({ proof, permission }: { proof: ProofState | null; permission: PermissionState | null }) {
  if (!proof && !permission) return null;
  return (
    <Section id="who" title="Who asks">
      {proof ? <p className="max-w-[70ch]">{proved(proof)}</p> : null}
      {permission ? (
        <div className="mt-3 max-w-[70ch] space-y-2">
          <p>
            An agent asks{permission.subjectAddress ? ` for ${permission.subjectAddress}` : ""}.{" "}
            {permission.withdrawnAt ? (
              <>
                The permission was taken back on <Time at={permission.withdrawnAt} withTime />: the answers go to the
                subject alone.
              </>
            ) : permission.signedAt ? (
              <>
                The subject signed on <Time at={permission.signedAt} withTime />: the answers go to the agent.
              </>
            ) : (
              "The subject signed nothing yet: until then a mail to the agent holds no word of the answer."
            )}
          </p>
          {permission.statement ? (
            <blockquote className="border-l-4 border-line bg-sunken px-4 py-3 text-sm [overflow-wrap:anywhere]">
              {permission.statement}
              <span className="mt-1 block font-mono text-muted">SHA-256 {permission.sha256?.slice(0, 12)}</span>
            </blockquote>
          ) : null}
        </div>
      ) : null}
    </Section>
  );
}

function proved(proof: ProofState) {
  if (proof.provedAt && proof.signedIn)
    return (
      <>
        Proved on <Time at={proof.provedAt} withTime />: they went on with it signed in.
      </>
    );
  if (proof.provedAt)
    return (
      <>
        Proved on <Time at={proof.provedAt} withTime /> by the link to the address on file. It shows who reads that
        mailbox: for a change of the address itself ask for something else as well.
      </>
    );
  if (proof.disownedAt)
    return (
      <>
        On <Time at={proof.disownedAt} withTime /> whoever reads the address on file said that it was not them, or gave
        no permission.
      </>
    );
  if (proof.lapsedAt)
    return <>Nobody used the link to the address on file. The clocks run on: ask in the thread, or decline.</>;
  return (
    <>
      A link went to the address on file on <Time at={proof.askedAt} withTime />
      {proof.remindedAt ? ", with a reminder since" : ""}. It works until <Time at={proof.expiresAt} withTime />. Tell
      them nothing about data before it was used.
    </>
  );
}
