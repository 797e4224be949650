import { FormChoice, FormError, FormSelect } from "@/components/ui/form";
import { objectable, useWords } from "@/lib/processing/purposes";
import { basisWords } from "@/lib/processing/words";

const onceChosen = {
  objection: "hidden group-has-[option[value=objection]:checked]/rights:block",
  restriction: "hidden group-has-[option[value=restriction]:checked]/rights:block",
};

/**
 * What an objection or a restriction is to stop, beside the words. In a form of several rights it shows itself for these two alone, by
 * the choice of the right and no script; what is ticked for another right says nothing.
 * @param about whose choice it is: the reader's, or somebody's whom staff write it down for
 * @param kind set where the form is about one right
 */
export function UseChoices({ about = "you", kind }: { about?: "you" | "them"; kind?: "objection" | "restriction" }) {
  const shown = kind ? "" : Object.values(onceChosen).join(" ");
  const only = (right: keyof typeof onceChosen) => (kind ? (kind === right ? "" : "hidden") : onceChosen[right]);
  return (
    <div className={`space-y-5 ${shown}`}>
      <fieldset className="min-w-0 space-y-3">
        <legend className="mb-1 font-medium">What should stop?</legend>
        <p className={`text-sm text-muted ${only("objection")}`}>
          {about === "you"
            ? "Improvement and analytics stop for good once we know that it is you. The others stop then too, while a person weighs it."
            : "Improvement and analytics stop for good once it is known that it is them. The others stop then too, and are to be weighed."}
        </p>
        <p className={`text-sm text-muted ${only("restriction")}`}>
          {about === "you" ? "Your data is" : "Their data is"} stored and not used for it. Nothing ticked stands for
          every use.
        </p>
        {objectable.map((purpose) => (
          <FormChoice
            key={purpose}
            name="uses"
            value={purpose}
            label={useWords[purpose].title}
            hint={useWords[purpose].what}
          />
        ))}
        <FormError name="uses" />
      </fieldset>
      <div className={only("restriction")}>
        <FormSelect id="basis" label={about === "you" ? "Because" : "Because, in their words"} defaultValue="">
          <option value="">Choose one, or say it in words</option>
          {Object.entries(basisWords).map(([key, { label }]) => (
            <option key={key} value={key}>
              {label}
            </option>
          ))}
        </FormSelect>
      </div>
    </div>
  );
}
