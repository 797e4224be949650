import { TextField } from "@/components/ui/field";
import { acceptedFiles } from "@/lib/attachments/accepted";
import { config } from "@/trust-center.config";

const { formBytes, files } = config.attachments;

/** Files beside a message. They have to be chosen again after a failure: no browser keeps them. */
export function FileField({ label = "Files (optional)" }: { label?: string }) {
  return (
    <TextField
      id="files"
      label={label}
      hint={`PDF, images, text, CSV or documents without macros; at most ${files} files, ${formBytes / 1_000_000} MB together.`}
      type="file"
      multiple
      className="file:mr-3 file:rounded-sm file:border file:border-strong-line file:bg-sunken file:px-3 file:text-sm file:text-ink"
      accept={acceptedFiles}
    />
  );
}
