import Link from "next/link";
import { formatInstant, Time } from "@/components/ui/time";
import type { ProviderView } from "@/lib/providers/queries";

type Viewer = "subject" | "staff";

/** Where a provider stands, in one sentence; nothing is said that it did not say. */
function State({ one, viewer, zone }: { one: ProviderView; viewer: Viewer; zone: string }) {
  const day = (at: string | null) => <Time at={at ?? ""} zone={zone} />;
  if (one.reason) return <>Nothing to tell. {one.reason}</>;
  if (one.answer?.state === "erased") return <>Answered on {day(one.answeredAt)}: erased.</>;
  if (one.answer?.state === "nothing-held") return <>Answered on {day(one.answeredAt)}: nothing was held.</>;
  if (one.answer)
    return (
      <>
        Answered on {day(one.answeredAt)}: kept
        {one.answer.until ? <> until {formatInstant(`${one.answer.until}T12:00:00Z`)}</> : null}.{" "}
        {one.answer.ground ? <>Its ground: {one.answer.ground}</> : "It named no ground."}
      </>
    );
  const due = one.dueAt ? <>; its answer is due by {day(one.dueAt)}</> : null;
  if (one.askedAt)
    return (
      <>
        Told on {day(one.askedAt)}
        {due}. No answer yet.
      </>
    );
  if (viewer === "subject" && one.way === "webhook") return <>Is being told.</>;
  if (viewer === "subject") return <>Our staff tell it{due}.</>;
  return one.way === "webhook" ? <>Is being called.</> : <>For staff to tell.</>;
}

/** What each provider was told of an erasure, and what it answered. */
export function ProviderAnswers({
  providers,
  viewer,
  zone = "UTC",
}: {
  providers: ProviderView[];
  viewer: Viewer;
  zone?: string;
}) {
  if (providers.length === 0) return null;
  return (
    <ul aria-label="Providers" className="divide-y divide-line border-y border-line">
      {providers.map((one) => (
        <li key={one.id} className="grid gap-x-6 py-2 sm:grid-cols-[14rem_1fr]">
          <span>
            {viewer === "staff" && !one.reason ? (
              <Link href={`/admin/providers/${one.id}`} prefetch={false} className="link">
                {one.name}
              </Link>
            ) : (
              one.name
            )}
            <span className="block text-sm text-muted">{one.kind}</span>
          </span>
          <span className="min-w-0 break-words">
            <State one={one} viewer={viewer} zone={zone} />
          </span>
        </li>
      ))}
    </ul>
  );
}
