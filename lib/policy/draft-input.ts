import { z } from "zod";
import { versionKinds } from "../db/schema";
import { highlightsInput } from "./highlight-input";
import { maxPolicyBytes, parsePolicy } from "./parse";

/** PostgreSQL keeps no NUL in a text; a Markdown text needs none. */
const storable = (text: string) => !text.includes("\0");

/** Text and day of a draft; `effectiveAt` is an ISO instant or empty while undecided. */
export const textContent = z.object({
  markdown: z
    .string()
    .min(1)
    .refine((text) => Buffer.byteLength(text) <= maxPolicyBytes && storable(text)),
  effectiveAt: z
    .string()
    .nullable()
    .default(null)
    .transform((text, issue) => {
      if (text === null || text.trim() === "") return null;
      try {
        return Temporal.Instant.from(text).round("microsecond");
      } catch {
        issue.addIssue({ code: "custom", message: "is no instant such as 2027-01-31T00:00:00Z" });
        return z.NEVER;
      }
    }),
});

/** What a person begins a draft with. */
export const draftContent = textContent.extend({
  kind: z.enum(versionKinds).default("change"),
  highlights: highlightsInput.default([]),
});

/** Title and language of a source that may still have problems. */
export function headOf(markdown: string): { title: string; language: string } {
  const parsed = parsePolicy(markdown);
  return parsed.ok
    ? { title: parsed.policy.title, language: parsed.policy.language }
    : { title: "Draft", language: "en" };
}

/** What a first draft begins with, where there is no version to begin from. */
export const emptyPolicy = `---
title: Privacy policy
language: en
---

## What this policy covers {#about}

Say here what the policy is about.
`;
