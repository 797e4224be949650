// `npm run staff:invite -- --email sam@example.org --role agent --name "Sam"`: prints a link, once.
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { parseAddress } from "@/lib/auth/address";
import { invitationHours, inviteStaff } from "@/lib/auth/invite-staff";
import { type StaffRole, systemCtx } from "@/lib/context";
import { closeDatabases } from "@/lib/db/client";
import { env } from "@/lib/env";
import { inOneSentence } from "@/lib/process/in-one-sentence";
import { demoEnvironment } from "@/lib/process/run-file";

const usage = `usage: npm run staff:invite -- --email <address> --role agent|officer|auditor [--name <name>] [--reset]
  --reset  for somebody who lost their passkeys: takes them away and signs them out everywhere`;

const refusals = {
  conflict: "This person is staff with another role, or was disabled. Nothing was changed.",
  "not-allowed": "Only the command line invites staff.",
};

function refuse(message: string): never {
  console.error(message);
  process.exit(1);
}

try {
  const options = { email: { type: "string" }, role: { type: "string" }, name: { type: "string" } } as const;
  const { values } = parseArgs({ options: { ...options, reset: { type: "boolean", default: false } } });
  const address = parseAddress(values.email);
  const role = (["agent", "officer", "auditor"] as const).find((known): known is StaffRole => known === values.role);
  if (!address || !role) refuse(usage);
  await demoEnvironment(resolve(import.meta.dirname, ".."));
  const name = values.name?.trim().slice(0, 80) || (address.split("@")[0] ?? address);
  const made = await inviteStaff(systemCtx("cli:staff-invite"), { address, role, name, reset: values.reset });
  if (!made.ok) refuse(refusals[made.reason]);
  console.log(`\n  ${env().APP_URL}/staff/enrol?token=${made.value.token}\n`);
  console.log(`  Give this link to ${address}. It works for ${invitationHours} hours, once, and is not shown again.\n`);
} catch (error) {
  const { name, message, code } = error as Error & { code?: string };
  const sentence = inOneSentence(error) ?? String(message);
  refuse(name === "EnvError" || code?.startsWith("ERR_PARSE_ARGS") ? `${sentence}\n${usage}` : sentence);
} finally {
  await closeDatabases();
}
