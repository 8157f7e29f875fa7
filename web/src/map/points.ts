/** Incidents as marks on one canvas. */
import type { IncidentFeature } from "../api/types";
import { markOf } from "../model/colours";
import { worldX, worldY } from "../model/mercator";
import { shapePath } from "../model/shapes";
import { CanvasOverlay, type Frame } from "./overlay";

/** How far from a mark of full size a press still means it; beyond, the press asks for the grid. */
const REACH_PX = 8;
const RADIUS = 5;

interface Spot {
  readonly incident: IncidentFeature;
  readonly x: number;
  readonly y: number;
}

export class PointOverlay extends CanvasOverlay {
  private spots: readonly Spot[] = [];
  private chosen: string | null = null;
  private pressing: ReadonlySet<string> = new Set();

  /** `pressing`: numbers of those that are drawn with a ring. */
  show(incidents: readonly IncidentFeature[], pressing: ReadonlySet<string> = new Set()): void {
    this.pressing = pressing;
    this.spots = incidents.map((incident) => {
      const [lon, lat] = incident.geometry.coordinates as [number, number];
      return { incident, x: worldX(lon), y: worldY(lat) };
    });
    this.repaint();
  }

  choose(no: string | null): void {
    if (no === this.chosen) return;
    this.chosen = no;
    this.repaint();
  }

  /** The incident drawn nearest to a place within reach of a finger, or null. */
  pick(lon: number, lat: number): IncidentFeature | null {
    if (!this.view) return null;
    const [x, y, world] = [worldX(lon), worldY(lat), this.view.world];
    let [best, bestPx]: [Spot | null, number] = [null, REACH_PX * scaleAt(this.view.zoom)];
    for (const spot of this.spots) {
      const px = Math.hypot(spot.x - x, spot.y - y) * world;
      if (px < bestPx) [best, bestPx] = [spot, px];
    }
    return best?.incident ?? null;
  }

  protected override paint(context: CanvasRenderingContext2D, frame: Frame): void {
    const stamps = new Map<string, HTMLCanvasElement>();
    const size = STAMP * scaleAt(frame.zoom);
    for (const { incident, x, y } of this.spots) {
      const [px, py] = [x * frame.world - frame.left, y * frame.world - frame.top];
      if (px < -RADIUS || py < -RADIUS || px > frame.width + RADIUS || py > frame.height + RADIUS) continue;
      const family = incident.properties.family;
      const stamp = stamps.get(family) ?? stampOf(family);
      stamps.set(family, stamp);
      context.drawImage(stamp, px - size / 2, py - size / 2, size, size);
      if (this.pressing.has(incident.properties.no)) ring(context, px, py, { radius: 8, colour: "#7a0c06", width: 1.5 });
      if (incident.properties.no === this.chosen) ring(context, px, py, { radius: 11, colour: "#b3261e", width: 2.5 });
    }
  }
}

const STAMP = 16;

/** Smaller while many share a street, full size where they have room. */
function scaleAt(zoom: number): number {
  if (zoom >= 16) return 1;
  return zoom === 15 ? 0.85 : 0.7;
}

/** A mark drawn once at double density and copied for every incident of its family. */
function stampOf(family: string): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = STAMP * 2;
  const context = canvas.getContext("2d");
  context?.scale(2, 2);
  context?.translate(STAMP / 2, STAMP / 2);
  if (context) drawMark(context, family);
  return canvas;
}

export function drawMark(context: CanvasRenderingContext2D, family: string): void {
  const { colour, shape } = markOf(family);
  const path = new Path2D(shapePath(shape, RADIUS));
  context.lineJoin = "round";
  context.strokeStyle = "#ffffff";
  context.lineWidth = 3;
  context.stroke(path);
  context.strokeStyle = "#1d2b2d";
  context.lineWidth = 1.2;
  context.stroke(path);
  context.fillStyle = colour;
  context.fill(path);
}

interface Ring {
  readonly radius: number;
  readonly colour: string;
  readonly width: number;
}

function ring(context: CanvasRenderingContext2D, x: number, y: number, { radius, colour, width }: Ring): void {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.stroke();
}
