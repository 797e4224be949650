import type { Metadata } from "next";
import Link from "next/link";
import { deskKinds } from "@/components/desk/desk-kinds";
import { UseChoices } from "@/components/processing/use-choices";
import { ActionForm, FormArea, FormSelect, FormText, SubmitButton } from "@/components/ui/form";
import { PageHeader } from "@/components/ui/page";
import { requireStaff } from "@/lib/auth/require";
import { messageLimit } from "@/lib/cases/message-text";
import { rights, waysIn, wayWords } from "@/lib/cases/words";
import { config } from "@/trust-center.config";
import { record } from "./actions";

export const metadata: Metadata = { title: "Write down a request" };

/** For what came by phone, by letter or in person. */
export default async function NewCase() {
  await requireStaff("agent", "officer");
  const { zone } = config.clocks;
  const now = Temporal.Now.zonedDateTimeISO(zone).toPlainDateTime().toString({ smallestUnit: "minute" });
  return (
    <div className="max-w-2xl">
      <p className="mb-4">
        <Link href="/admin" className="link">
          Queue
        </Link>
      </p>
      <PageHeader
        title="Write down a request"
        lead="That came by phone, by letter or in person. Its clocks count from when it came, and the log keeps that you wrote it down."
      />
      <ActionForm action={record} className="group/rights space-y-5">
        <FormSelect id="kind" label="What is asked for" required defaultValue="">
          <option value="" disabled>
            Choose one
          </option>
          {[...rights, "inquiry" as const].map((kind) => (
            <option key={kind} value={kind}>
              {deskKinds[kind]}
            </option>
          ))}
        </FormSelect>
        <UseChoices about="them" />
        <FormSelect id="how" label="How it came" required defaultValue="">
          <option value="" disabled>
            Choose one
          </option>
          {waysIn.map((way) => (
            <option key={way} value={way}>
              {wayWords[way].replace(/^./, (letter) => letter.toUpperCase())}
            </option>
          ))}
        </FormSelect>
        <FormText
          id="receivedAt"
          label={`When it came (${zone})`}
          hint="Not later than now."
          type="datetime-local"
          max={now}
          defaultValue={now}
          required
        />
        <FormText id="name" label="Name" autoComplete="off" maxLength={200} />
        <FormText
          id="email"
          label="Email address"
          hint="If they named one. When it is on file, they get a link there that proves who they are; nobody's word does."
          type="email"
          autoComplete="off"
          maxLength={320}
        />
        <FormArea
          id="message"
          label="What they asked, in their words"
          hint="They can read it. Write down no number of an identity document."
          required
          maxLength={messageLimit}
        />
        <SubmitButton>Open the case</SubmitButton>
      </ActionForm>
    </div>
  );
}
