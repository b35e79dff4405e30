import { Handle, Position } from "@xyflow/react";
import classes from "@/features/editor/canvas/canvas.module.css";
import { ERROR_LEFT, topOf } from "@/features/editor/canvas/handles";
import type { Port } from "@/features/editor/model/ports";
import { sidePorts } from "@/features/editor/model/shapes";
import { texts } from "@/features/editor/texts";

type PortHandlesProps = { name: string; ports: readonly Port[]; isFrame?: boolean };

/** All handles of a step: one to come in at the left, its ports at the right, the error port below. */
export function PortHandles({ name, ports, isFrame = false }: PortHandlesProps) {
  const side = sidePorts(ports);
  const error = ports.find((port) => port.name === "error");
  return (
    <>
      <Handle
        type="target"
        id="in"
        position={Position.Left}
        className={classes.handle}
        style={{ top: topOf({ index: 0, count: 1, isFrame }) }}
        role="button"
        aria-label={texts.canvas.inputOf(name)}
      />
      {side.map((port, index) => (
        <Handle
          key={port.name}
          type="source"
          id={port.name}
          position={Position.Right}
          className={classes.handle}
          data-port={port.name}
          style={{ top: topOf({ index, count: side.length, isFrame }) }}
          role="button"
          aria-label={texts.canvas.outputOf(port.name, name)}
        >
          {port.label ? <span className={classes.portLabel}>{port.label}</span> : null}
        </Handle>
      ))}
      {error ? (
        <Handle
          type="source"
          id="error"
          position={Position.Bottom}
          className={`${classes.handle} ${classes.errorHandle} ${error.isQuiet ? classes.quiet : ""}`}
          style={{ left: ERROR_LEFT }}
          role="button"
          aria-label={texts.canvas.outputOf("error", name)}
        >
          <span className={classes.errorLabel}>{error.label}</span>
        </Handle>
      ) : null}
    </>
  );
}
