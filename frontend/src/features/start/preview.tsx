import { useMemo } from "react";
import classes from "@/features/start/preview.module.css";
import type { Preview as Places, PreviewStep } from "@/features/start/preview-layout";
import { previewOf } from "@/features/start/preview-layout";
import type { Definition } from "@/shared/api/schemas";

const COLUMN = 62;
const ROW = 30;
const WIDTH = 44;
const HEIGHT = 20;
const MARGIN = 14;

type PreviewProps = { definition: Definition; label: string };

/** A small picture of a workflow: its steps and wires, without words. */
export function Preview({ definition, label }: PreviewProps) {
  const places = useMemo(() => previewOf(definition), [definition]);
  const size = sizeOf(places);
  return (
    <div className={classes.frame}>
      <svg
        viewBox={`0 0 ${size.width} ${size.height}`}
        role="img"
        aria-label={label}
        className={classes.picture}
        style={{ maxWidth: size.width * 1.5 }}
      >
        {places.wires.map(({ from, to }) => (
          <path key={`${from.id}-${to.id}`} d={wire(from, to)} className={classes.wire} />
        ))}
        {places.steps.map((step) => (
          <Box key={step.id} step={step} />
        ))}
      </svg>
    </div>
  );
}

function Box({ step }: { step: PreviewStep }) {
  const [x, y] = corner(step);
  return (
    <g data-kind={step.type} className={classes.step}>
      {step.inner ? (
        <rect
          x={x - 3}
          y={y - 3}
          width={WIDTH + 6}
          height={HEIGHT + 6}
          rx={7}
          className={classes.container}
        />
      ) : null}
      <rect x={x} y={y} width={WIDTH} height={HEIGHT} rx={5} className={classes.box} />
      <circle cx={x + 10} cy={y + HEIGHT / 2} r={4} className={classes.dot} />
      <rect x={x + 18} y={y + HEIGHT / 2 - 2} width={18} height={4} rx={2} className={classes.line} />
    </g>
  );
}

function corner({ x, y }: PreviewStep): [number, number] {
  return [MARGIN + x * COLUMN, MARGIN + y * ROW];
}

function wire(from: PreviewStep, to: PreviewStep): string {
  const [left, top] = corner(from);
  const [right, bottom] = corner(to);
  const start = [left + WIDTH, top + HEIGHT / 2];
  const end = [right, bottom + HEIGHT / 2];
  const bend = Math.max(12, ((end[0] ?? 0) - (start[0] ?? 0)) / 2);
  return `M${start} C${(start[0] ?? 0) + bend},${start[1]} ${(end[0] ?? 0) - bend},${end[1]} ${end}`;
}

function sizeOf({ columns, rows }: Places) {
  return {
    width: 2 * MARGIN + (columns - 1) * COLUMN + WIDTH,
    height: 2 * MARGIN + (rows - 1) * ROW + HEIGHT,
  };
}
