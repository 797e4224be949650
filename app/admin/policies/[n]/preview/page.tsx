import type { Metadata } from "next";
import { PolicyProblems } from "@/components/desk/policy-problems";
import { VersionHead } from "@/components/desk/version-head";
import { HighlightCard } from "@/components/policy/highlight-card";
import { PolicyText } from "@/components/policy/policy-text";
import { Section } from "@/components/ui/page";
import { parsePolicy } from "@/lib/policy/parse";
import { readVersion } from "../read-version";

export const metadata: Metadata = { title: "Preview of a policy version" };

export default async function Preview({ params }: { params: Promise<{ n: string }> }) {
  const { draft, author } = await readVersion(params);
  const parsed = parsePolicy(draft.version.markdown);
  return (
    <>
      <VersionHead draft={draft} author={author} />
      {draft.highlights.length > 0 ? (
        <Section id="highlights" title="What the mail says">
          <ul>
            {draft.highlights.map((highlight) => (
              <HighlightCard
                key={highlight.id}
                highlight={highlight}
                changesHref={`/admin/policies/${draft.version.number}/changes`}
              />
            ))}
          </ul>
        </Section>
      ) : null}
      {parsed.ok ? (
        <PolicyText policy={parsed.policy} standings={null} />
      ) : (
        <PolicyProblems problems={parsed.problems} />
      )}
    </>
  );
}
