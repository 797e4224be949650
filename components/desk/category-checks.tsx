import { FormCheck } from "@/components/ui/form";
import { categoryWords } from "@/lib/data-map/category-words";
import { policyCategories } from "@/lib/data-map/types";

/** A box for each category of the policy; `picked` in lib/auth reads them. */
export function CategoryChecks({ name, legend }: { name: string; legend: string }) {
  return (
    <fieldset className="space-y-2">
      <legend className="mb-2 font-medium">{legend}</legend>
      {policyCategories.map((category) => (
        <FormCheck key={category} name={`${name}.${category}`} label={categoryWords[category].label} />
      ))}
    </fieldset>
  );
}
