import type postgres from "postgres";
import { openRequest } from "@/lib/cases/open-request";
import { submitRequest } from "@/lib/cases/submit-request";
import { systemCtx, visitorCtx } from "@/lib/context";
import { newId } from "@/lib/ids";
import type { objectable } from "@/lib/processing/purposes";
import type { RestrictionBasis } from "@/lib/processing/words";
import { mailsTo } from "./sign-in";

type Purpose = (typeof objectable)[number];

export type Sent = { reference: string; intakeId: string };

type Values = {
  kind?: "access" | "portability" | "correction" | "deletion" | "objection" | "restriction";
  email?: string;
  name?: string;
  about?: string;
  message?: string;
  /** Somebody else's, whom the sender asks for. */
  subjectEmail?: string;
  /** What is to stop. */
  uses?: Purpose | Purpose[];
  basis?: RestrictionBasis;
};

/** Sends the public form and runs the job that it leaves behind. */
export async function sendRequest(sql: postgres.Sql, values: Values = {}): Promise<Sent> {
  const made = await submitRequest(visitorCtx(), {
    ...{ kind: "access", name: "", email: `kim-${newId()}@nowhere.example`, about: "", message: "" },
    ...{ idempotencyKey: newId(), network: null },
    ...values,
  });
  if (!made.ok) throw new Error(made.reason);
  const { reference } = made.value;
  const [intake] = await sql`select id from intakes where reference = ${reference}`;
  const intakeId = String(intake?.id);
  await openRequest(systemCtx("test"), { intakeId });
  await sql`delete from rate_limits`;
  return { reference, intakeId };
}

/** The token in the newest waiting mail of this template. */
export async function tokenOf(sql: postgres.Sql, address: string, template: string): Promise<string> {
  const mail = (await mailsTo(sql, address)).findLast((one) => one.template === template);
  if (!mail?.props.token) throw new Error(`no ${template} with a token waits for this address`);
  return mail.props.token;
}

/** Reference and code that the newest such mail carries to the status page. */
export async function passed(sql: postgres.Sql, address: string, template: string) {
  const mail = (await mailsTo(sql, address)).findLast((one) => one.template === template);
  const path = new URL(mail?.props.statusPath ?? "/none", "http://localhost");
  return { reference: path.searchParams.get("reference") ?? "", code: path.searchParams.get("code") ?? "" };
}
