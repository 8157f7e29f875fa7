/** A canvas over the view that moves and stretches with the map, as Leaflet's own do, and can be repainted in part. */
import * as L from "leaflet";
import { CanvasOverlay, type Frame } from "../overlay";
import type { Pen } from "./drawing";

export class Stage extends CanvasOverlay {
  private host: L.Map | null = null;

  /** `draw` paints the whole canvas anew after the map has moved, or when asked to. */
  constructor(
    pane: string,
    private readonly draw: (pen: Pen, frame: Frame) => void,
  ) {
    super(pane);
    this.canvas.classList.add("leaflet-zoom-animated");
  }

  override onAdd(map: L.Map): this {
    this.host = map;
    return super.onAdd(map);
  }

  override onRemove(): this {
    this.host = null;
    return super.onRemove();
  }

  override getEvents(): { [name: string]: L.LeafletEventHandlerFn } {
    const animate = (event: L.LeafletEvent): void => this.stretch(event as L.ZoomAnimEvent);
    // Leaflet tells of an animation before it begins, and of a pinch step by step.
    return { moveend: () => this.repaint(), resize: () => this.repaint(), zoomanim: animate, zoom: () => this.follow() };
  }

  /** Where the canvas lies now; null before the map has a view. */
  frame(): Frame | null {
    return this.view;
  }

  protected override paint(pen: CanvasRenderingContext2D, frame: Frame): void {
    this.draw(pen, frame);
  }

  /** Paints on the canvas as it lies, without wiping or moving it. */
  touch(draw: (pen: Pen, frame: Frame) => void): void {
    const pen = this.canvas.getContext("2d");
    if (pen && this.view) draw(pen, this.view);
  }

  /** Paints everything anew where the canvas lies; unlike `repaint` it takes no new memory. */
  refresh(): void {
    this.touch((pen, frame) => {
      pen.clearRect(0, 0, frame.width, frame.height);
      this.draw(pen, frame);
    });
  }

  element(): HTMLCanvasElement {
    return this.canvas;
  }

  private follow(): void {
    if (this.host) this.stretch({ center: this.host.getCenter(), zoom: this.host.getZoom() });
  }

  /** During a zoom animation or a pinch the old picture is scaled; it is painted sharply when the map rests. */
  private stretch({ center, zoom }: Pick<L.ZoomAnimEvent, "center" | "zoom">): void {
    if (!this.host || !this.view) return;
    const scale = this.host.getZoomScale(zoom, this.view.zoom);
    const pane = L.DomUtil.getPosition(this.host.getPane("mapPane")!);
    const origin = this.host.project(center, zoom).subtract(this.host.getSize().divideBy(2)).add(pane).round();
    const corner = new L.Point(this.view.left, this.view.top).multiplyBy(scale).subtract(origin);
    L.DomUtil.setTransform(this.canvas, corner, scale);
  }
}
