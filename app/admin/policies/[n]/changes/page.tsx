import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { PolicyProblems } from "@/components/desk/policy-problems";
import { VersionHead } from "@/components/desk/version-head";
import { ChangeKeys } from "@/components/policy/change-keys";
import { ChangesView } from "@/components/policy/changes-view";
import { countsInWords } from "@/components/policy/counts";
import { diffPolicies } from "@/lib/policy/diff";
import { layOutChanges } from "@/lib/policy/lay-out-changes";
import { parsePolicy } from "@/lib/policy/parse";
import { readVersion } from "../read-version";

export const metadata: Metadata = { title: "Changes of a policy version" };

export default async function Changes({ params }: { params: Promise<{ n: string }> }) {
  const { draft, author } = await readVersion(params);
  const { version, before } = draft;
  if (!before || before.id === version.id) notFound();
  // The older one stands on the left, also where the version looked at was superseded.
  const [left, right] = before.number < version.number ? [before, version] : [version, before];
  const [old, now] = [parsePolicy(left.markdown), parsePolicy(right.markdown)];
  const head = <VersionHead draft={draft} author={author} />;
  if (!old.ok || !now.ok) {
    return (
      <>
        {head}
        <PolicyProblems problems={[...(old.ok ? [] : old.problems), ...(now.ok ? [] : now.problems)]} />
      </>
    );
  }
  const diff = diffPolicies(old.policy, now.policy);
  return (
    <>
      {head}
      <p className="mb-6 max-w-[70ch] text-lg text-muted">
        From version {left.number} to version {right.number}: {countsInWords(diff.counts)}
      </p>
      <ChangesView layout={layOutChanges(diff)} />
      <ChangeKeys />
    </>
  );
}
