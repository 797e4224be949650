import { FormSelect } from "@/components/ui/form";
import { type DeclineGround, declineGroundKeys, declineGrounds } from "@/lib/cases/words";

/** On which ground something is declined (L2); nothing is chosen beforehand. */
export function GroundSelect({ id, of = declineGroundKeys }: { id: string; of?: readonly DeclineGround[] }) {
  return (
    <FormSelect id={id} name="ground" label="Ground" required defaultValue="">
      <option value="" disabled>
        Choose one
      </option>
      {of.map((key) => (
        <option key={key} value={key}>
          {declineGrounds[key]}
        </option>
      ))}
    </FormSelect>
  );
}
