import { NativeSelect } from "@mantine/core";

type FilterSelectProps = {
  label: string;
  /** The choice that filters nothing: “Any status”. */
  any: string;
  options: readonly { value: string; label: string }[];
  value: string;
  onChange: (value: string) => void;
};

/** Narrows a list down by one property. The browser's own list: quick, searchable by typing, at home on phones. */
export function FilterSelect({ label, any, options, value, onChange }: FilterSelectProps) {
  return (
    <NativeSelect
      aria-label={label}
      data={[{ value: "", label: any }, ...options]}
      value={value}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
    />
  );
}
