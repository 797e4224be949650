import type postgres from "postgres";
import { askForCode } from "@/lib/auth/ask-for-code";
import { sendChallenge } from "@/lib/auth/send-challenge";
import type { Browser } from "@/lib/auth/sign-in";
import { systemCtx, visitorCtx } from "@/lib/context";
import { openWithMaster } from "@/lib/crypto/seal";
import { mailPlace } from "@/lib/mail/queue-mail";

export type SentMail = { template: string; to: string; props: Record<string, string> };

/** A browser as it stands before signing in. */
export const browser = (values: Partial<Browser> = {}): Browser => ({
  browserToken: null,
  deviceToken: null,
  sessionToken: null,
  userAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
  network: null,
  ...values,
});

/** The waiting mails of one address, opened, oldest first. */
export async function mailsTo(sql: postgres.Sql, address: string): Promise<SentMail[]> {
  const rows = await sql`select * from outgoing_mails where sealed is not null order by created_at, id`;
  return rows
    .map((row) => ({
      template: String(row.template),
      ...(JSON.parse(openWithMaster(mailPlace(row.id), row.sealed)) as { to: string; props: Record<string, string> }),
    }))
    .filter((mail) => mail.to === address);
}

/** Asks for a sign-in mail and runs the job that makes it. */
export async function askAndSend(
  sql: postgres.Sql,
  address: string,
  options: { browserToken?: string; next?: string; clock?: () => Temporal.Instant } = {},
) {
  const { clock } = options;
  const ctx = { ...visitorCtx(), ...(clock ? { clock } : {}) };
  const asked = await askForCode(ctx, {
    address,
    next: options.next ?? null,
    browserToken: options.browserToken ?? null,
    network: null,
  });
  if (!asked.ok) throw new Error(asked.reason);
  const [challenge] = await sql`select id from challenges order by id desc limit 1`;
  await sendChallenge(systemCtx("test", clock), { challengeId: String(challenge?.id) });
  const mail = (await mailsTo(sql, address)).at(-1);
  return {
    challengeId: String(challenge?.id),
    browserToken: asked.value.browserToken,
    template: mail?.template ?? "",
    code: mail?.props.code ?? "",
    link: mail?.props.link ?? "",
  };
}

/** Another six digits than these. */
export const wrongCode = (code: string): string => String((Number(code) + 1) % 1_000_000).padStart(6, "0");
