import { config, type RetentionClass } from "../../trust-center.config";
import { categoryWords } from "../data-map/category-words";
import type { Collection, PolicyCategory } from "../data-map/types";
import { periodInWords } from "../in-words";
import { valuesOf } from "../policy/values";
import { recipientsOf } from "../providers/recipients";
import type { RightsInUse } from "./rights-in-use";
import { escapeHtml, page } from "./viewer-page";

/** The six purposes of the policy; there are no others. What each is served by is in {@link usesOf}. */
const purposes = {
  "use.service-delivery": "To provide and run the service.",
  "use.account-management": "To manage your account.",
  "use.communication": "To communicate with you about the service and to support you.",
  "use.improvement": "To understand how the service is used and to improve it.",
  "use.security": "To keep the service and its users secure.",
  "use.legal-compliance": "To comply with the law.",
} as const;

type Purpose = keyof typeof purposes;

/** For which purposes each category is used, as the policy says under "How we use it". */
const usesOf: Record<PolicyCategory, readonly Purpose[]> = {
  "collect.account": ["use.service-delivery", "use.account-management", "use.communication", "use.legal-compliance"],
  "collect.work-orders": ["use.service-delivery", "use.legal-compliance"],
  "collect.communication": ["use.communication", "use.service-delivery"],
  "collect.payment": ["use.account-management", "use.legal-compliance"],
  "collect.usage": ["use.improvement", "use.service-delivery"],
  "collect.device": ["use.security", "use.service-delivery"],
  "collect.logs": ["use.security", "use.improvement"],
};

export type StatementInput = {
  packageId: string;
  reference: string;
  scope: "person" | "company";
  /** When the writing began; every system was read after that, each in one snapshot. */
  readAfter: Temporal.Instant;
  /** In force when it was written; its number decides the periods and recipients that are stated. */
  policy: { number: number; sha256: string } | null;
  held: { system: string; collection: Collection; rows: number }[];
  /** How this person's rights stood when the writing began. */
  inUse: RightsInUse;
  /** Whether the platform knows this person at all. */
  known: boolean;
};

/** What access has to say beside the data itself (GDPR Art. 15(1)), for this person, as far as it is recorded. */
export function statement(input: StatementInput) {
  // What is there counts, not what could be: each list is this person's.
  const held = input.held.filter(({ rows }) => rows > 0);
  const used = [...new Set(held.map(({ collection }) => collection.policyCategory))];
  const values = valuesOf(input.policy?.number ?? 0);
  const classes = [...new Set(held.map(({ collection }) => collection.retention))];
  return {
    package: input.packageId,
    reference: input.reference,
    controller: {
      name: config.company.legalName,
      website: config.company.website,
      contact: config.company.privacyMailbox,
    },
    scope: input.scope,
    readAfter: input.readAfter.toString({ smallestUnit: "second" }),
    known: input.known,
    policy: input.policy,
    // Only what some of this person's data serves, and which does.
    purposes: (Object.keys(purposes) as Purpose[])
      .map((id) => ({
        id,
        text: purposes[id],
        categories: used
          .filter((category) => usesOf[category].includes(id))
          .map((category) => categoryWords[category].label),
      }))
      .filter(({ categories }) => categories.length > 0),
    categories: used.map((id) => ({
      id,
      ...categoryWords[id],
      rows: held.filter(({ collection }) => collection.policyCategory === id).reduce((sum, { rows }) => sum + rows, 0),
      collections: held
        .filter(({ collection }) => collection.policyCategory === id)
        .map(({ system, collection, rows }) => ({ system, name: collection.name, label: collection.label, rows })),
    })),
    // By name, with what protects it where it leaves the EEA (L3).
    recipients: recipientsOf(used, values.providers).map(({ recipient, kind, got }) => ({
      name: recipient.name,
      kind,
      country: recipient.country,
      safeguard: recipient.safeguard,
      receives: got.map((id) => categoryWords[id].label),
    })),
    soldOrTraded: false,
    retention: classes.map((name: RetentionClass) => ({
      class: name,
      label: config.retention[name].label,
      period: values.retention[name],
      countedFrom: config.retention[name].from,
    })),
    rights: [
      "to have inaccurate or incomplete information put right",
      "to have it deleted, subject to legal requirements",
      "to have it transferred to another provider",
      "to object to certain processing",
      "to have processing restricted in certain circumstances",
      "to complain to a supervisory authority, at your home, your work, or where you think the law was broken",
    ],
    rightsInUse: input.inUse.requests,
    limitsInForce: input.inUse.limits,
    automatedDecisions: decidedWithoutPeople(input.inUse.ruled),
  };
}

/** A copy, a deletion after its waiting time and an objection that nobody weighs are ended by the program: nobody decided them. */
function decidedWithoutPeople(ruled: number): string {
  const begin =
    ruled === 0
      ? "None about you in which anything was weighed."
      : `${ruled} of the values you corrected in your own account were put right by a rule, at once and as you said.`;
  return `${begin} What leaves nothing to weigh is done as you ask by a fixed rule, such as a copy, a planned deletion or an objection to improvement. A person decides everything else, and nothing is refused without one.`;
}

export type Statement = ReturnType<typeof statement>;

/** The same for people. */
export function statementPage(data: Statement): string {
  const list = (items: string[]) => `<ul>${items.map((item) => `<li>${item}</li>`).join("")}</ul>`;
  const e = escapeHtml;
  return page(
    "About this data",
    `<p><a href="index.html">Back to the contents</a></p>
<h1>About this data</h1>
<p>Request ${e(data.reference)}. ${e(data.controller.name)} answers for this data; write to ${e(data.controller.contact)}.
The data was read after ${e(data.readAfter)} (UTC), every system at one single moment.</p>
${data.known ? "" : "<p><strong>The platform knows nobody by your address, so nothing is held about you there.</strong></p>"}
<h2>What it is used for</h2>${data.purposes.length === 0 ? "<p>Nothing, since nothing is held.</p>" : list(data.purposes.map(({ text, categories }) => `${e(text)} (${e(categories.join(", "))})`))}
<h2>What is held, and where it came from</h2>
${
  data.categories.length === 0
    ? "<p>Nothing.</p>"
    : `<table><thead><tr><th scope="col">Kind</th><th scope="col">Rows</th><th scope="col">Source</th></tr></thead><tbody>${data.categories
        .map(
          ({ label, what, rows, source }) =>
            `<tr><td>${e(label)}: ${e(what)}</td><td>${rows}</td><td>${e(source)}</td></tr>`,
        )
        .join("")}</tbody></table>`
}
<h2>Who receives it</h2>
<p>These providers, who work for us under contract and may use it for nothing else. Nothing is sold, traded or rented.</p>
${
  data.recipients.length === 0
    ? "<p>Nobody, since nothing is held.</p>"
    : `<table><thead><tr><th scope="col">Who</th><th scope="col">For</th><th scope="col">What</th><th scope="col">Where, and what protects it</th></tr></thead><tbody>${data.recipients
        .map(
          ({ name, kind, receives, country, safeguard }) =>
            `<tr><td>${e(name)}</td><td>${e(kind)}</td><td>${e(receives.join(", "))}</td><td>${e(country)}: ${e(safeguard ?? "it stays in the European Economic Area")}</td></tr>`,
        )
        .join("")}</tbody></table>`
}
<h2>How long it is kept</h2>
${list(data.retention.map(({ label, period, countedFrom }) => `${e(label)}: ${e(periodInWords(period))} from ${e(countedFrom)}`))}
<h2>Automated decisions</h2><p>${e(data.automatedDecisions)}</p>
<h2>Your rights</h2>${list(data.rights.map(e))}
<h2>What you asked us for</h2>
${
  data.rightsInUse.length === 0
    ? "<p>Nothing else so far.</p>"
    : list(
        data.rightsInUse.map(
          ({ right, reference, on, state }) => `${e(right)}, ${e(reference)}, ${e(on)}: ${e(state)}`,
        ),
      )
}
<h2>Uses that you stopped or had limited</h2>
${
  data.limitsInForce.length === 0
    ? "<p>None: every use goes on as the policy says.</p>"
    : list(
        data.limitsInForce.map(
          ({ what, use, system, since, state }) =>
            `${e(what)}: ${e(use)}${system ? ` in ${e(system)}` : ""}, since ${e(since)} (UTC): ${e(state)}`,
        ),
      )
}
${data.policy ? `<p>Privacy policy in force: version ${data.policy.number}, SHA-256 <code>${e(data.policy.sha256)}</code>.</p>` : ""}`,
  );
}
