import { sizeInWords } from "@/components/cases/result-card";
import { Callout } from "@/components/ui/callout";
import { Section } from "@/components/ui/page";
import { formatDistance, Time } from "@/components/ui/time";
import type { PackageView } from "@/lib/cases/case-view";

/** Where the package of a case stands. Staff see that it exists, and never what is in it. */
export function PackageState({ pack, now }: { pack: PackageView; now: string }) {
  return (
    <Section id="package" title="Package" lead="Only the person can open it. Staff see its state, never its content.">
      {pack.failedAt ? (
        <Callout look="bad" title="It could not be written">
          <p>
            Since <Time at={pack.failedAt} withTime />. The person sees that it is held up. Look for package{" "}
            <code className="break-all font-mono text-sm">{pack.packageId}</code> in the log.
          </p>
        </Callout>
      ) : pack.removedAt ? (
        <p>
          Removed <Time at={pack.removedAt} withTime />. They can ask for it again at no cost.
        </p>
      ) : pack.readyAt ? (
        <p>
          Ready since <Time at={pack.readyAt} withTime />
          {pack.bytes === null
            ? null
            : `, ${sizeInWords(pack.bytes)} in ${pack.parts} ${pack.parts === 1 ? "part" : "parts"}`}
          {pack.expiresAt ? (
            <>
              . Removed {formatDistance(pack.expiresAt, now)}, on <Time at={pack.expiresAt} withTime />
            </>
          ) : null}
          .
        </p>
      ) : pack.heldAt ? (
        <p>
          Written, and kept back since <Time at={pack.heldAt} withTime />. The person sees that it is being checked.
        </p>
      ) : pack.stoppedAt ? (
        <Callout look="warn">
          <p>
            The person stopped it <Time at={pack.stoppedAt} withTime /> with the link in their mail: they may not have
            asked for it themselves.
          </p>
        </Callout>
      ) : (
        <p>
          Asked for <Time at={pack.requestedAt} withTime />, {pack.notBefore ? "starts" : "being written"}
          {pack.notBefore ? (
            <>
              {" "}
              <Time at={pack.notBefore} withTime />
            </>
          ) : null}
          .
        </p>
      )}
    </Section>
  );
}
