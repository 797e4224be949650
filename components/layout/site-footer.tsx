import Link from "next/link";
import { config } from "@/trust-center.config";
import { Container } from "./container";
import { ThemeSwitch } from "./theme-switch";

/** The mailbox, the version in force with its hash, and the switch of colours. */
export function SiteFooter({
  version,
  theme,
}: {
  version: { number: number; sha256: string } | null;
  theme: "light" | "dark" | "system";
}) {
  const { name, privacyMailbox, inquirySubject } = config.company;
  return (
    <footer className="no-print mt-16 border-t border-line">
      <Container className="flex flex-wrap items-start justify-between gap-x-8 gap-y-4 py-8 text-sm text-muted">
        <div className="max-w-[75ch] space-y-1">
          <p>
            Questions about privacy at {name}:{" "}
            <a className="link" href={`mailto:${privacyMailbox}?subject=${encodeURIComponent(inquirySubject)}`}>
              {privacyMailbox}
            </a>
            , or{" "}
            <Link href="/contact" prefetch={false} className="link">
              write from here
            </Link>
            .
          </p>
          <p>
            <Link href="/privacy/attainment" prefetch={false} className="link">
              How we answer
            </Link>
            ,{" "}
            <Link href="/privacy/disclosures" prefetch={false} className="link">
              what authorities ask for
            </Link>
            ,{" "}
            <Link href="/privacy/retention" prefetch={false} className="link">
              how long we keep data
            </Link>
            .
          </p>
          {version ? (
            <p>
              <Link href={`/privacy/versions/${version.number}`} prefetch={false} className="link">
                Policy version {version.number}
              </Link>{" "}
              is in force. SHA-256{" "}
              <code className="font-mono" title={version.sha256}>
                {version.sha256.slice(0, 12)}
              </code>
            </p>
          ) : (
            <p>No policy version is in force yet.</p>
          )}
        </div>
        <ThemeSwitch current={theme} />
      </Container>
    </footer>
  );
}
