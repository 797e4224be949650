import type { Metadata } from "next";
import { TimelineList } from "@/components/evidence/timeline-list";
import { buttonClass } from "@/components/ui/button";
import { NewestPages } from "@/components/ui/newest-pages";
import { Empty, PageHeader } from "@/components/ui/page";
import { currentSession } from "@/lib/auth/current";
import { requireHolder } from "@/lib/auth/require";
import { timelinePage } from "@/lib/evidence/timeline";

export const metadata: Metadata = { title: "Timeline" };

const pageSize = 50;

export default async function TimelineOfPerson({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const ctx = await requireHolder();
  const { before } = await searchParams;
  const from = typeof before === "string" ? before : undefined;
  const [{ items, next }, session] = [
    await timelinePage(ctx, { before: from, limit: pageSize }),
    await currentSession(),
  ];
  const zone = session?.person.timeZone ?? "UTC";
  return (
    <>
      <PageHeader
        title="Timeline"
        lead="What was announced and sent to you, what became of it, your requests, packages and sign-ins. Newest first."
        actions={
          <a href="/account/timeline/evidence" className={buttonClass("secondary")}>
            Download as evidence
          </a>
        }
      />
      {items.length === 0 ? <Empty>Nothing stands here yet.</Empty> : <TimelineList items={items} zone={zone} />}
      <p className="mt-2 text-sm text-muted">Times in {zone}.</p>
      <NewestPages label="Pages of the timeline" href="/account/timeline" from={from} next={next} />
      <section aria-labelledby="evidence" className="mt-10 max-w-[75ch] space-y-2 border-t border-line pt-6">
        <h2 id="evidence" className="text-lg">
          The file as evidence
        </h2>
        <p className="text-muted">
          It holds everything above and the very mails behind the notices, line by line. Each line is signed and bound
          to all before it, so that nobody, we included, can change it later without that showing. How to check it
          stands in its first line; the key is published at{" "}
          <a href="/.well-known/evidence-keys.json" className="link">
            /.well-known/evidence-keys.json
          </a>
          . We ask you to confirm that it is you before the download.
        </p>
      </section>
    </>
  );
}
