"use client";

import { LoaderCircle } from "lucide-react";
import { usePathname } from "next/navigation";
import {
  type ComponentProps,
  createContext,
  type ReactNode,
  useActionState,
  useContext,
  useEffect,
  useRef,
} from "react";
import { useFormStatus } from "react-dom";
import type { FormState } from "@/lib/auth/action";
import { type Reason, sentences } from "@/lib/errors";
import { Button } from "./button";
import { Callout } from "./callout";
import { SelectField, TextArea, TextField } from "./field";

const State = createContext<FormState>({});

type Action = (state: FormState, form: FormData) => Promise<FormState>;

/**
 * A form around a server action. It works without JavaScript (the page comes back with the answer);
 * with it the answer appears in place. What was typed stays after a failure; the sentence of the
 * failure stands above the fields and is read out.
 * @param said other words for a reason, where this form can be more exact than lib/errors
 * @param done shown after success; leave it out where success is visible on the page itself
 */
export function ActionForm({
  action,
  said,
  done,
  className = "space-y-4",
  children,
  ...props
}: {
  action: Action;
  said?: Partial<Record<Reason, string>>;
  done?: string;
  children: ReactNode;
} & Omit<ComponentProps<"form">, "action" | "children">) {
  const [state, submit] = useActionState(action, {});
  const notice = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (state.reason) notice.current?.focus();
  }, [state]);
  return (
    <State value={state}>
      <form action={submit} className={className} noValidate={false} {...props}>
        {state.reason ? (
          <div ref={notice} tabIndex={-1} className="outline-none" data-refused>
            <Callout look="bad" live>
              <p>{said?.[state.reason] ?? sentences[state.reason]}</p>
              {state.reason === "step-up-required" ? <StepUpLink /> : null}
            </Callout>
          </div>
        ) : null}
        {state.ok && done ? (
          <Callout look="ok" live>
            <p>{done}</p>
          </Callout>
        ) : null}
        {children}
      </form>
    </State>
  );
}

/** In a tab of its own, so that what was typed here stays (S14). */
function StepUpLink() {
  const path = usePathname();
  return (
    <p>
      <a className="link" href={`/step-up?next=${encodeURIComponent(path)}`} target="_blank" rel="noreferrer">
        Confirm in a new tab
      </a>
      , then come back and send this again. What you typed stays here.
    </p>
  );
}

function useField(id: string, name: string | undefined, initial: unknown) {
  const state = useContext(State);
  const key = name ?? id;
  const typed = state.values?.[key];
  return { error: state.fields?.[key], defaultValue: (typed ?? initial ?? "") as string };
}

export function FormText({ defaultValue, ...props }: ComponentProps<typeof TextField>) {
  return <TextField {...props} {...useField(props.id, props.name, defaultValue)} />;
}

export function FormArea({ defaultValue, ...props }: ComponentProps<typeof TextArea>) {
  return <TextArea {...props} {...useField(props.id, props.name, defaultValue)} />;
}

export function FormSelect({ defaultValue, ...props }: ComponentProps<typeof SelectField>) {
  const field = useField(props.id, props.name, defaultValue);
  // React restores a select to its first option after an action; a new key makes it take the typed one.
  return <SelectField key={field.defaultValue} {...props} {...field} />;
}

/** A box with its label, and a hint under it; stays ticked after a failure. */
export function FormCheck({ name, label, hint }: { name: string; label: string; hint?: ReactNode }) {
  const state = useContext(State);
  const ticked = state.values?.[name] === "on";
  return (
    <label className="flex items-start gap-3">
      <input
        key={String(ticked)}
        type="checkbox"
        name={name}
        defaultChecked={ticked}
        className="mt-1 size-5 accent-accent"
      />
      <span>
        {label}
        {hint ? <span className="block text-sm text-muted">{hint}</span> : null}
      </span>
    </label>
  );
}

/** What is wrong with a group of fields that have one name; nothing while all is right. */
export function FormError({ name }: { name: string }) {
  const error = useContext(State).fields?.[name];
  return error ? <p className="text-sm font-medium text-bad">{error}</p> : null;
}

/** One of several boxes of a name, with its label and a hint under it; stays ticked after a failure. */
export function FormChoice({
  name,
  value,
  label,
  hint,
}: {
  name: string;
  value: string;
  label: string;
  hint?: ReactNode;
}) {
  const state = useContext(State);
  const ticked = state.values?.[name]?.split("\n").includes(value) ?? false;
  return (
    <label className="flex items-start gap-3">
      <input
        key={String(ticked)}
        type="checkbox"
        name={name}
        value={value}
        defaultChecked={ticked}
        className="mt-1 size-5 shrink-0 accent-accent"
      />
      <span className="min-w-0">
        {label}
        {hint ? <span className="block text-sm text-muted">{hint}</span> : null}
      </span>
    </label>
  );
}

/** The button of an {@link ActionForm}: says that it works, and cannot be pressed twice. */
export function SubmitButton({ children, disabled, ...props }: ComponentProps<typeof Button>) {
  const { pending } = useFormStatus();
  return (
    <Button {...props} aria-disabled={pending || undefined} disabled={disabled || pending}>
      {pending ? <LoaderCircle aria-hidden size={16} className="animate-spin" /> : null}
      {children}
    </Button>
  );
}
