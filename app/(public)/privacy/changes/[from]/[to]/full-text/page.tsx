import { Contents } from "@/components/policy/contents";
import { PolicyText } from "@/components/policy/policy-text";
import { ReadingAids } from "@/components/policy/reading-aids";
import { policyDocument } from "@/lib/policy/parse";
import { compared } from "../compared";

export default async function FullText({ params }: PageProps<"/privacy/changes/[from]/[to]/full-text">) {
  const { to } = await compared(params);
  const policy = policyDocument(to);
  return (
    <>
      <div className="policy-page">
        <Contents policy={policy} />
        <PolicyText policy={policy} standings={null} />
      </div>
      <ReadingAids />
    </>
  );
}
