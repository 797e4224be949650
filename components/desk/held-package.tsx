import { Callout } from "@/components/ui/callout";
import { Chip } from "@/components/ui/chip";
import { ActionForm, FormSelect, SubmitButton } from "@/components/ui/form";
import { Section } from "@/components/ui/page";
import { Time } from "@/components/ui/time";
import type { FormState } from "@/lib/auth/action";
import type { HeldCollection, HeldPackage } from "@/lib/exports/held-package";
import { redactionGrounds } from "@/lib/exports/redact-system";
import { riskWords } from "@/lib/exports/risks";
import { sizeInWords } from "@/lib/exports/size";
import { ConfirmDisclosure } from "./confirm-disclosure";

type Action = (state: FormState, form: FormData) => Promise<FormState>;

/**
 * A package that is kept back: why, what is in it by counts and names of fields, what was left out, who looked. What stands
 * in its rows is nobody's to read but the person's.
 */
export function HeldPackageView({
  pack,
  caseId,
  me,
  look,
  redact,
}: {
  pack: HeldPackage;
  caseId: string;
  me: string;
  look: Action | null;
  redact: Action | null;
}) {
  const looked = pack.looks.some(({ staffId }) => staffId === me);
  return (
    <Section
      id="second-look"
      title="Before it is handed out"
      lead="The package is written and kept back. Two different people look at what it is; leave out what is about others."
    >
      <div className="space-y-6">
        <p>
          {pack.rows.toLocaleString("en")} rows, {sizeInWords(pack.bytes)}.{" "}
          {pack.risks.length > 0
            ? `It is kept back because ${pack.risks.map((risk) => riskWords[risk] ?? risk).join(", and ")}.`
            : "It is kept back because parts are left out of it."}
        </p>
        {pack.rewriting ? (
          <Callout look="info" title="Being written anew">
            <p>Without what was left out. Reload the page in a minute, then look at it.</p>
          </Callout>
        ) : null}
        <ul className="divide-y divide-line border-y border-line">
          {pack.collections.map((one) => (
            <Collection key={`${one.system}.${one.name}`} one={one} />
          ))}
        </ul>
        {redact && !pack.rewriting ? (
          <ConfirmDisclosure label="Leave something out" wide>
            <Redact pack={pack} caseId={caseId} redact={redact} />
          </ConfirmDisclosure>
        ) : null}
        <div>
          <h3 className="mb-2 text-lg">
            Looked at by {pack.looks.length} of {pack.needed}
          </h3>
          <ul className="mb-3 space-y-1 empty:hidden">
            {pack.looks.map(({ staffId, name, at }) => (
              <li key={staffId}>
                {staffId === me ? "You" : name}, <Time at={at} withTime />
              </li>
            ))}
          </ul>
          {pack.released ? (
            <p>It is handed out in a moment.</p>
          ) : looked ? (
            <p className="text-muted">A colleague has to look at it too.</p>
          ) : look && !pack.rewriting ? (
            <ActionForm
              action={look}
              said={{ conflict: "It was written anew since you opened this page. Look at it as it is now." }}
            >
              <input type="hidden" name="caseId" value={caseId} />
              <input type="hidden" name="packageId" value={pack.packageId} />
              <input type="hidden" name="sha256" value={pack.sha256} />
              <SubmitButton>
                {pack.looks.length + 1 >= pack.needed ? "I looked: hand it out" : "I looked: it may go out"}
              </SubmitButton>
            </ActionForm>
          ) : null}
        </div>
      </div>
    </Section>
  );
}

function Collection({ one }: { one: HeldCollection }) {
  const left = one.fields.filter(({ left: out }) => out);
  return (
    <li className="flex flex-wrap items-baseline justify-between gap-x-6 gap-y-1 py-2">
      <span className="min-w-0">
        {one.label}
        {left.length > 0 ? (
          <span className="block text-sm text-muted">
            Left out:{" "}
            {left.map(({ label, left: out }) => `${label}${out === "others" ? " (of others)" : ""}`).join(", ")}
          </span>
        ) : null}
      </span>
      <span className="flex items-center gap-3">
        {one.left ? <Chip kind="declined">Left out</Chip> : null}
        {one.aboutOthers && !one.left ? <Chip kind="waiting">About others too</Chip> : null}
        <span className="tabular text-muted">{one.rows.toLocaleString("en")}</span>
      </span>
    </li>
  );
}

function Redact({ pack, caseId, redact }: { pack: HeldPackage; caseId: string; redact: Action }) {
  const open = pack.collections.filter(({ left, rows }) => !left && rows > 0);
  return (
    <ActionForm
      action={redact}
      said={{ "invalid-input": "Choose at least one field or collection." }}
      className="space-y-4"
    >
      <input type="hidden" name="caseId" value={caseId} />
      <input type="hidden" name="packageId" value={pack.packageId} />
      <div className="max-h-96 space-y-3 overflow-y-auto pr-2">
        {open.map((one) => (
          <fieldset key={`${one.system}.${one.name}`}>
            <legend className="font-medium">
              {one.label}
              {one.aboutOthers ? <span className="font-normal text-muted"> about others too</span> : null}
            </legend>
            <div className="mt-1 grid gap-x-6 sm:grid-cols-2">
              <Part value={`${one.system}/${one.name}/*`} label="All of it" />
              {one.fields
                .filter(({ left }) => !left)
                .map(({ name, label }) => (
                  <Part key={name} value={`${one.system}/${one.name}/${name}`} label={label} />
                ))}
            </div>
          </fieldset>
        ))}
      </div>
      <FormSelect id="redact-rows" name="rows" label="In which rows" defaultValue="others">
        <option value="others">Only those that are not the person's own</option>
        <option value="all">All</option>
      </FormSelect>
      <FormSelect id="redact-ground" name="ground" label="Why" defaultValue="rights-of-others">
        {Object.entries(redactionGrounds).map(([key, { reason, ground }]) => (
          <option key={key} value={key}>
            {reason} {ground}
          </option>
        ))}
      </FormSelect>
      <p className="text-sm text-muted">
        The package is written anew, and says in it what was left out and why. Whoever looked at it before has to look
        again.
      </p>
      <SubmitButton look="secondary">Leave it out</SubmitButton>
    </ActionForm>
  );
}

function Part({ value, label }: { value: string; label: string }) {
  return (
    <label className="flex min-h-8 items-center gap-2 text-sm">
      <input type="checkbox" name="parts" value={value} className="size-5 accent-accent" />
      {label}
    </label>
  );
}
