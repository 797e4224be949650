import { ArrowRight, Ban, Download, type LucideIcon, PackageOpen, PencilLine, Trash2 } from "lucide-react";
import Link from "next/link";
import { RecentChanges } from "@/components/policy/recent-changes";
import { StandingSummary } from "@/components/policy/standing-summary";
import { visitorCtx } from "@/lib/context";
import { knowsClients } from "@/lib/data-map/find-clients";
import { versionsNow } from "@/lib/policy/queries";
import { standings } from "@/lib/policy/standing";
import { config } from "@/trust-center.config";

const ask = (kind: string) => `/account/requests/new?kind=${kind}`;

const actions: { href: string; icon: LucideIcon; title: string; text: string }[] = [
  {
    href: ask("access"),
    icon: Download,
    title: "Get a copy",
    text: "One file with everything we hold about you.",
  },
  {
    href: ask("portability"),
    icon: PackageOpen,
    title: "Move it",
    text: "Your data in open formats that another service can take in.",
  },
  {
    href: ask("correction"),
    icon: PencilLine,
    title: "Correct it",
    text: "Say what is wrong or missing, and we put it right.",
  },
  {
    href: "/account/deletion",
    icon: Trash2,
    title: "Delete it",
    text: "See first what goes and what has to stay, then decide.",
  },
  {
    href: "/account/uses",
    icon: Ban,
    title: "Limit its use",
    text: "Have it kept without being used, or object to a use.",
  },
];

export default async function Home() {
  const [{ now, versions }, promises] = await Promise.all([versionsNow(visitorCtx()), standings()]);
  const { name } = config.company;
  return (
    <>
      <section aria-labelledby="your-data">
        <h1 id="your-data" className="text-3xl tracking-tight">
          Your data
        </h1>
        <p className="mt-2 max-w-[62ch] text-lg text-muted">
          {name} holds information about you to do what you use it for. It stays yours to see, take along, put right and
          end. Everything here starts with a code that we send to your email address.
        </p>
        <ul className="mt-8 border-t border-line">
          {actions.map(({ href, icon: Icon, title, text }) => (
            <li key={title} className="border-b border-line">
              <Link
                href={href}
                prefetch={false}
                className="group -mx-3 grid grid-cols-[1.5rem_minmax(0,1fr)_1.25rem] items-center gap-x-4 rounded-md px-3 py-4 hover:bg-sunken sm:grid-cols-[1.5rem_10rem_minmax(0,1fr)_1.25rem]"
              >
                <Icon aria-hidden size={20} className="text-muted" />
                <span className="font-semibold">{title}</span>
                <span className="col-start-2 row-start-2 text-muted sm:col-start-3 sm:row-start-1">{text}</span>
                <ArrowRight
                  aria-hidden
                  size={18}
                  className="col-start-3 row-start-1 text-muted transition-transform group-hover:translate-x-0.5 sm:col-start-4"
                />
              </Link>
            </li>
          ))}
        </ul>
        <p className="mt-4 max-w-[70ch] text-muted">
          No account?{" "}
          <Link href="/requests/new" prefetch={false} className="link">
            Ask without one
          </Link>
          . Another question?{" "}
          <Link href="/contact" prefetch={false} className="link">
            Write to us
          </Link>
          .
          {knowsClients()
            ? " If a company that works for you entered your details here, ask that company first; we pass your request on to it."
            : null}
        </p>
      </section>

      {versions.some(({ state }) => state === "in-force") ? (
        <section aria-labelledby="promises" className="mt-16 border-t border-line pt-10">
          <h2 id="promises" className="text-2xl">
            How our promises stand
          </h2>
          <StandingSummary standings={promises} />
        </section>
      ) : null}

      <section aria-labelledby="changes" className="mt-16 border-t border-line pt-10">
        <h2 id="changes" className="text-2xl">
          What changed lately
        </h2>
        <RecentChanges versions={versions} now={now} />
      </section>
    </>
  );
}
