import { IconX } from "@tabler/icons-react";
import type { EdgeProps } from "@xyflow/react";
import { BaseEdge, EdgeLabelRenderer, getBezierPath } from "@xyflow/react";
import { memo, useState } from "react";
import classes from "@/features/editor/canvas/canvas.module.css";
import type { WireEdge } from "@/features/editor/canvas/flow-types";
import { useEditor } from "@/features/editor/store/editor-store";
import { selectCanEdit, selectEdit } from "@/features/editor/store/selectors";
import { texts } from "@/features/editor/texts";

/** A wire, how often it was taken in the shown job, and a way to remove it. */
export const Wire = memo(function Wire(props: EdgeProps<WireEdge>) {
  const { id, data, selected, target } = props;
  const [isHovered, setIsHovered] = useState(false);
  const edit = useEditor(selectEdit);
  const canEdit = useEditor(selectCanEdit);
  const isDropTarget = useEditor((state) => state.dropTarget === id);
  const [path, labelX, labelY] = getBezierPath({ ...props, curvature: 0.3 });
  if (!data) {
    return null;
  }
  const hover = { onMouseEnter: () => setIsHovered(true), onMouseLeave: () => setIsHovered(false) };
  const remove = () =>
    edit({ kind: "disconnect", connections: [{ from: data.from, port: data.port, to: target }] });
  const showsRemove = canEdit && (isHovered || selected === true);
  // A renderer without a label would still look for its place in the page at every movement of the canvas.
  const hasLabel = showsRemove || data.count > 1;
  return (
    <g
      {...hover}
      className={classes.wire}
      data-status={data.status}
      data-port={data.port}
      data-selected={selected || undefined}
      data-drop={isDropTarget || undefined}
    >
      <BaseEdge path={path} interactionWidth={24} className={classes.wirePath} markerEnd={props.markerEnd} />
      {hasLabel ? (
        <EdgeLabelRenderer>
          <div
            {...hover}
            className={`${classes.wireLabel} nodrag nopan`}
            style={{ transform: `translate(-50%, -50%) translate(${labelX}px, ${labelY}px)` }}
          >
            <WireText data={data} />
            {showsRemove ? (
              <button
                type="button"
                className={classes.wireRemove}
                aria-label={texts.canvas.removeWire}
                onClick={remove}
              >
                <IconX size={12} stroke={2.5} aria-hidden />
              </button>
            ) : null}
          </div>
        </EdgeLabelRenderer>
      ) : null}
    </g>
  );
});

function WireText({ data }: { data: NonNullable<WireEdge["data"]> }) {
  const count = data.count > 1 ? texts.canvas.runs(data.count) : "";
  return count ? <span className={classes.wireText}>{count}</span> : null;
}
