import { buttonClass } from "@/components/ui/button";
import { Section } from "@/components/ui/page";

/** The evidence of a notice to take along; without addresses for everybody who may, with them for officers. */
export function EvidenceLinks({ noticeId, addresses }: { noticeId: string; addresses: boolean }) {
  const href = `/admin/notices/${noticeId}/evidence`;
  return (
    <Section
      id="evidence"
      title="Evidence"
      lead="A signed file that explains itself: who was told, when, the hash of each mail, every report, and the mail itself. Each needs a fresh passkey check and is put on record."
    >
      <div className="flex flex-wrap gap-3">
        <a href={href} className={buttonClass("secondary")}>
          Download, people as pseudonyms
        </a>
        {addresses ? (
          <a href={`${href}?addresses=1`} className={buttonClass("secondary")}>
            Download with addresses
          </a>
        ) : null}
      </div>
      <p className="mt-4 max-w-[75ch] text-sm text-muted">
        Check it offline with <code className="font-mono">npm run evidence:verify -- file</code>; it names the first
        entry that was changed. With <code className="font-mono">--address</code> it also says whether one address was
        told, from the file without addresses too.
      </p>
    </Section>
  );
}
